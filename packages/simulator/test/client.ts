import { createPrivateKey } from 'node:crypto'
import { SignJWT } from 'jose'
import { type Simulator, type SimulatorOptions, startSimulator } from '../src/simulator.ts'
import type { ApiKeyFile } from '../src/world/api-key.ts'
import { appleDocument } from './document.ts'
import { SIGNING_REQUEST } from './signing-request.ts'

/** A JSON:API resource as a test reads it. */
export interface Resource {
  readonly type: string
  readonly id: string
  readonly attributes: Record<string, unknown>
  readonly relationships: Record<string, { links: { self: string; related: string }; data?: unknown; meta?: unknown }>
  readonly links: { readonly self: string }
}

/** An answer as a test reads it. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly data: Resource
  readonly list: Resource[]
  readonly included: Resource[]
  readonly links: Record<string, string>
  readonly paging: { total: number; limit: number; nextCursor?: string }
  readonly error: {
    code: string
    detail: string
    title: string
    source?: Record<string, string>
    links?: Record<string, string>
  }
  readonly errors: { code: string; source?: Record<string, string> }[]
}

/** Sends requests as a client of Apple's would. Every answer is checked against Apple's document where that is present. */
export interface Client {
  get(path: string): Promise<Answer>
  post(path: string, body?: unknown): Promise<Answer>
  patch(path: string, body?: unknown): Promise<Answer>
  delete(path: string, body?: unknown): Promise<Answer>
  request(method: string, path: string, init?: { body?: string; headers?: Record<string, string> }): Promise<Answer>
}

const AUDIENCE = { standard: 'appstoreconnect-v1', enterprise: 'apple-developer-enterprise-v1' }

/** Signs a token with the claims that Apple asks for; `claims` and `header` replace some (undefined removes). */
export async function signToken(
  file: ApiKeyFile,
  nowMs: number,
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
): Promise<string> {
  const now = Math.floor(nowMs / 1_000)
  const owner = file.issuerId === null ? { sub: 'user' } : { iss: file.issuerId }
  const all = { ...owner, iat: now, exp: now + 600, aud: AUDIENCE.standard, ...claims }
  const payload = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
  const key = createPrivateKey(file.privateKey ?? '')
  return await new SignJWT(payload)
    .setProtectedHeader({ alg: 'ES256', kid: file.keyId, typ: 'JWT', ...header })
    .sign(key)
}

/** Reads an answer. */
export function readAnswer(text: string, status: number, headers: Headers): Answer {
  const body = text.startsWith('{') ? JSON.parse(text) : {}
  return {
    status,
    headers,
    text,
    data: body.data,
    list: Array.isArray(body.data) ? body.data : [],
    included: body.included,
    links: body.links ?? {},
    paging: body.meta?.paging,
    error: body.errors?.[0],
    errors: body.errors ?? [],
  }
}

/** Makes a client that signs with a key. `isChecked: false` is for answers that a fault has changed. */
export function clientFor(
  simulator: Simulator,
  file: ApiKeyFile,
  options: { base?: string; audience?: string; isChecked?: boolean } = {},
): Client {
  const base = options.base ?? simulator.url
  const tokens = new Map<number, Promise<string>>()
  /** One token for each five minutes of the simulated time. */
  const currentToken = (): Promise<string> => {
    const now = simulator.world.clock.now()
    const slot = Math.floor(now / 300_000)
    const token = tokens.get(slot) ?? signToken(file, now, { aud: options.audience ?? AUDIENCE.standard })
    tokens.set(slot, token)
    return token
  }
  const request: Client['request'] = async (method, path, init = {}) => {
    const token = await currentToken()
    const url = path.startsWith('http') ? path : `${base}${path}`
    const headers = { authorization: `Bearer ${token}`, ...init.headers }
    const answer = await fetch(url, { method, headers, ...(init.body === undefined ? {} : { body: init.body }) })
    const text = await answer.text()
    if (options.isChecked !== false && appleDocument !== undefined) {
      const { pathname } = new URL(url)
      const body = text === '' ? undefined : JSON.parse(text)
      const findings = appleDocument.check(
        method,
        pathname.replace(/^\/enterprise/, '').replace(/\/+/g, '/'),
        answer.status,
        body,
      )
      if (findings.length > 0)
        throw new Error(`not as Apple's document says:\n${findings.slice(0, 8).join('\n')}\n${text.slice(0, 600)}`)
    }
    return readAnswer(text, answer.status, answer.headers)
  }
  const send = (method: string) => (path: string, body?: unknown) =>
    request(
      method,
      path,
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
    )
  return {
    request,
    get: (path) => request('GET', path),
    post: send('POST'),
    patch: send('PATCH'),
    delete: send('DELETE'),
  }
}

type Linkage = { data: { type: string; id: string } | { type: string; id: string }[] }

/** Linkage of one. */
export function one(type: string, id: string): Linkage {
  return { data: { type, id } }
}

/** Linkage of many. */
export function many(type: string, ids: readonly string[]): Linkage {
  return { data: ids.map((id) => ({ type, id })) }
}

/** The body of a create. */
export function creation(type: string, attributes: Record<string, unknown>, relationships?: Record<string, Linkage>) {
  return { data: { type, attributes, ...(relationships === undefined ? {} : { relationships }) } }
}

/** The body of an update. */
export function modification(type: string, id: string, attributes: Record<string, unknown>) {
  return { data: { type, id, attributes } }
}

/** A simulator with one standard team, an Admin's key and a client that uses it. */
export async function startWithTeam(options: SimulatorOptions = {}): Promise<{
  simulator: Simulator
  client: Client
  file: ApiKeyFile
  teamId: string
}> {
  const simulator = await startSimulator(options)
  const { teamId } = simulator.createTeam({ name: 'Acme' })
  const file = simulator.createKey(teamId)
  return { simulator, file, teamId, client: clientFor(simulator, file) }
}

/** Registers a bundle ID and gives its id. */
export async function newBundleId(client: Client, identifier: string): Promise<string> {
  const name = identifier.replace(/[^A-Za-z0-9]+/g, ' ').trim()
  const answer = await client.post('/v1/bundleIds', creation('bundleIds', { identifier, name, platform: 'IOS' }))
  return created(answer)
}

/** Has a certificate issued and gives its id. */
export async function newCertificate(client: Client, certificateType = 'DEVELOPMENT'): Promise<string> {
  const attributes = { certificateType, csrContent: SIGNING_REQUEST }
  return created(await client.post('/v1/certificates', creation('certificates', attributes)))
}

/** The `n`th UDID of a made-up series. */
export function udid(n: number): string {
  return `00008030-${n.toString(16).toUpperCase().padStart(16, '0')}`
}

/** Registers the `n`th device and gives its id. */
export async function newDevice(client: Client, n: number, name = `Phone ${n}`): Promise<string> {
  const attributes = { name, platform: 'IOS', udid: udid(n) }
  return created(await client.post('/v1/devices', creation('devices', attributes)))
}

/** Asks for a profile. */
export function askForProfile(
  client: Client,
  wish: { name: string; type?: string; bundleId: string; certificates: readonly string[]; devices?: readonly string[] },
): Promise<Answer> {
  const devices = wish.devices === undefined ? {} : { devices: many('devices', wish.devices) }
  return client.post(
    '/v1/profiles',
    creation(
      'profiles',
      { name: wish.name, profileType: wish.type ?? 'IOS_APP_DEVELOPMENT' },
      {
        bundleId: one('bundleIds', wish.bundleId),
        certificates: many('certificates', wish.certificates),
        ...devices,
      },
    ),
  )
}

/** The id of what was made; throws when it was not. */
export function created(answer: Answer): string {
  if (answer.status !== 201) throw new Error(`not created: ${answer.status} ${answer.text}`)
  return answer.data.id
}
