import { type Simulator, type SimulatorOptions, startSimulator } from '../src/simulator.ts'
import type { KeyRole } from '../src/world/api-key.ts'
import { Browser } from './apple-id-browser.ts'
import { type Answer, readAnswer } from './client.ts'
import { SIGNING_REQUEST } from './signing-request.ts'

/** What every test person signs in with. */
export const PASSWORD = 'Correct-Horse-1'

/** An answer of the legacy portal as a test reads it. */
export interface LegacyAnswer {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Buffer
  readonly resultCode: number
  readonly userString: string
  readonly resultString: string
  readonly validationMessages: readonly { validationKey: string; validationUserMessage: string }[]
  // Tests look into bodies of many shapes.
  // biome-ignore lint/suspicious/noExplicitAny: the body of one of fifty actions
  readonly body: any
}

type Params = Readonly<Record<string, string | readonly string[]>>

const HOST = 'developer.apple.com'

function formBody(params: Params, encoding: 'repeated' | 'brackets' | 'commas'): string {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) {
    if (typeof value === 'string') form.append(name, value)
    else if (encoding === 'commas') form.append(name, value.join(','))
    else for (const one of value) form.append(encoding === 'brackets' ? `${name}[]` : name, one)
  }
  return form.toString()
}

/** A person on the developer portal: cookies of a real sign-in, and the newest csrf pair. */
export class Portal {
  readonly browser: Browser
  teamId: string
  /** Which host of the portal, by its prefix. */
  host = '/developer'
  tokens: Record<string, string> = {}

  constructor(browser: Browser, teamId: string) {
    this.browser = browser
    this.teamId = teamId
  }

  get cookie(): string {
    return this.browser.cookieHeader(HOST)
  }

  /** Sends a request and keeps the csrf pair of the answer. */
  async send(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Response> {
    const { cookie } = this
    const answer = await fetch(`${this.browser.simulator.url}${this.host}${path}`, {
      method,
      headers: { ...(cookie === '' ? {} : { cookie }), ...this.tokens, ...headers },
      ...(body === undefined ? {} : { body }),
    })
    const [csrf, at] = [answer.headers.get('csrf'), answer.headers.get('csrf_ts')]
    if (csrf !== null && at !== null) this.tokens = { csrf, csrf_ts: at }
    return answer
  }

  async #api(method: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const type = { 'content-type': 'application/vnd.api+json', 'x-requested-with': 'XMLHttpRequest' }
    const text = body === undefined ? undefined : JSON.stringify(body)
    const url = path.startsWith('/services-account/') ? path : `/services-account/v1/${path}`
    const answer = await this.send(method, url, text, { ...type, ...headers })
    return readAnswer(await answer.text(), answer.status, answer.headers)
  }

  /** A tunnelled GET. */
  async get(path: string, query: string | null = null): Promise<Answer> {
    const body = { urlEncodedQueryParams: query, teamId: this.teamId }
    return await this.#api('POST', path, body, { 'x-http-method-override': 'GET' })
  }

  /** A tunnelled DELETE. */
  async delete(path: string): Promise<Answer> {
    const body = { urlEncodedQueryParams: '', teamId: this.teamId }
    return await this.#api('POST', path, body, { 'x-http-method-override': 'DELETE' })
  }

  async create(type: string, attributes: object, relationships?: object): Promise<Answer> {
    const data = { type, attributes: { ...attributes, teamId: this.teamId }, ...(relationships && { relationships }) }
    return await this.#api('POST', type, { data })
  }

  async patch(type: string, id: string, attributes: object, relationships?: object): Promise<Answer> {
    const data = {
      type,
      id,
      attributes: { ...attributes, teamId: this.teamId },
      ...(relationships && { relationships }),
    }
    return await this.#api('PATCH', `${type}/${id}`, { data })
  }

  /** A request of the JSON:API as it is, for what the others do not do. */
  async raw(method: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return await this.#api(method, path, body, headers)
  }

  /** An action of the legacy portal; `teamId` is added. */
  async legacy(
    action: string,
    params: Params = {},
    encoding: 'repeated' | 'brackets' | 'commas' = 'repeated',
  ): Promise<LegacyAnswer> {
    const body = formBody({ teamId: this.teamId, ...params }, encoding)
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    return await readLegacy(await this.send('POST', `/services-account/QH65B2/account/${action}`, body, type))
  }

  /** An action that takes JSON. */
  async legacyJson(action: string, body: object): Promise<LegacyAnswer> {
    const text = JSON.stringify({ teamId: this.teamId, ...body })
    const type = { 'content-type': 'application/json' }
    return await readLegacy(await this.send('POST', `/services-account/QH65B2/account/${action}`, text, type))
  }

  /** A file of the legacy portal. */
  async download(action: string, params: Record<string, string>): Promise<LegacyAnswer> {
    const query = new URLSearchParams({ teamId: this.teamId, ...params })
    return await readLegacy(await this.send('GET', `/services-account/QH65B2/account/${action}?${query}`))
  }
}

async function readLegacy(answer: Response): Promise<LegacyAnswer> {
  const bytes = Buffer.from(await answer.arrayBuffer())
  const isJson = answer.headers.get('content-type')?.includes('json') === true
  const body = isJson ? JSON.parse(bytes.toString('utf8')) : {}
  const { resultCode = -1, userString = '', resultString = '', validationMessages = [] } = body
  return {
    status: answer.status,
    headers: answer.headers,
    bytes,
    resultCode,
    userString,
    resultString,
    validationMessages,
    body,
  }
}

/** A person who is a member of one team, signed in over HTTP. */
export async function signIn(
  simulator: Simulator,
  teamId: string,
  roles: readonly KeyRole[] = ['ACCOUNT_HOLDER'],
  email = `${roles[0]?.toLowerCase().replaceAll('_', '-')}@example.com`,
): Promise<Portal> {
  const browser = new Browser(simulator)
  const memberships = [{ teamId, roles }]
  const names = { firstName: 'Kim', lastName: 'Sample' }
  simulator.createAccount({ email, password: PASSWORD, secondFactor: 'none', iterations: 1_000, memberships, ...names })
  const answer = await browser.signIn(email, PASSWORD)
  if (answer.status !== 200) throw new Error(`not signed in: ${answer.status} ${answer.text}`)
  const portal = new Portal(browser, teamId)
  await portal.legacy('listTeams.action')
  return portal
}

/** A simulator with one team and its account holder on the portal. */
export async function startPortal(options: SimulatorOptions = {}): Promise<{ simulator: Simulator; portal: Portal }> {
  const simulator = await startSimulator(options)
  const { teamId } = simulator.createTeam({ name: 'Acme', teamId: 'ACMETEAM01' })
  return { simulator, portal: await signIn(simulator, teamId) }
}

/** The id of what was made; throws when it was not. */
export function madeBy(answer: Answer): string {
  if (answer.status !== 201) throw new Error(`not made: ${answer.status} ${answer.text}`)
  return answer.data.id
}

/** Registers a bundle ID and gives its id. */
export async function portalBundleId(portal: Portal, identifier: string): Promise<string> {
  const name = identifier.replace(/[^A-Za-z0-9]+/g, ' ').trim()
  return madeBy(await portal.create('bundleIds', { identifier, name, platform: 'IOS' }))
}

/** Has a certificate issued and gives its id. */
export async function portalCertificate(portal: Portal, certificateType: string): Promise<string> {
  return madeBy(await portal.create('certificates', { certificateType, csrContent: SIGNING_REQUEST }))
}

/** One entry of a PATCH of capabilities. */
export function capability(type: string, attributes: object = {}, relationships: object = {}) {
  return {
    type: 'bundleIdCapabilities',
    attributes: { enabled: true, settings: [], ...attributes },
    relationships: { capability: { data: { type: 'capabilities', id: type } }, ...relationships },
  }
}

/** Linkage of many. */
export function linked(type: string, ids: readonly string[]) {
  return { data: ids.map((id) => ({ type, id })) }
}
