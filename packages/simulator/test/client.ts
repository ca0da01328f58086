import { execFileSync } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SignJWT } from 'jose'
import type { Simulator } from '../src/simulator.ts'
import type { ApiKeyFile } from '../src/world/api-key.ts'
import { appleDocument } from './document.ts'

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

function read(text: string, status: number, headers: Headers): Answer {
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
  const request: Client['request'] = async (method, path, init = {}) => {
    const token = await signToken(file, simulator.world.clock.now(), { aud: options.audience ?? AUDIENCE.standard })
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
    return read(text, answer.status, answer.headers)
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

/** A certificate signing request made by openssl, PEM. One key pair a test process: making keys is slow. */
export function newSigningRequest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-csr-'))
  try {
    const args = [
      'req',
      '-new',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      join(folder, 'key.pem'),
      '-subj',
      '/CN=test',
    ]
    return execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' })
  } finally {
    rmSync(folder, { recursive: true })
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
