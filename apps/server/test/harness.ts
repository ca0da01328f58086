import { type Client, createClient } from '@cordon/api/client'
import type { Clock } from '@cordon/core/instant'
import { instant } from '@cordon/core/instant'
import { type Config, readConfig } from '../src/platform/config.ts'
import type { DatabaseKind } from '../src/platform/db/database.ts'
import type { Log } from '../src/platform/log.ts'
import { type RunningServer, startServer } from '../src/start.ts'
import { makeScratch, type Scratch } from './databases.ts'

export { DATABASES, makeScratch, openScratchDatabase, type Scratch } from './databases.ts'

/** A clock that stands still until it is moved. */
export interface TestClock extends Clock {
  advance(ms: number): void
}

/** A clock that begins at 2026-03-01T09:00:00Z. */
export function testClock(): TestClock {
  let now = Date.UTC(2026, 2, 1, 9)
  return {
    now: () => instant(now),
    advance: (ms) => {
      now += ms
    },
  }
}

/** What a test may choose. */
export interface TestServerOptions {
  readonly database: DatabaseKind
  readonly clock?: Clock
  readonly appleBaseUrl?: string
  readonly appleEnterpriseBaseUrl?: string
  /** Where sign-in and developer portal are: the simulator's own address. */
  readonly appleIdBaseUrl?: string
  /** More settings, as environment variables. */
  readonly env?: Readonly<Record<string, string>>
  /** Data of an earlier server, to start on it again; then `close` leaves it. */
  readonly scratch?: Scratch
  readonly fetch?: typeof fetch
  readonly monotonic?: () => number
  /** Instead of the log that `logLines` shows. */
  readonly log?: Log
  /** Folder of the built web app. */
  readonly webRoot?: string
}

/** A running server with what tests ask of it. Its jobs are done by `worker.runDue()` alone. */
export interface TestServer extends RunningServer {
  readonly config: Config
  readonly scratch: Scratch
  /** Every line the server logged. */
  readonly logLines: readonly string[]
  /** A client with these headers, such as `{ authorization: 'Bearer …' }` or `{ cookie }`. */
  client(headers?: Readonly<Record<string, string>>): Client
  /** Sets the instance up and gives the first administrator. */
  setUp(person?: Partial<NewPerson>): Promise<SignedIn>
  /** Invites somebody and accepts for them. */
  addPerson(by: SignedIn, person: Partial<NewPerson> & { readonly email: string }): Promise<SignedIn>
  close(): Promise<void>
}

export interface NewPerson {
  readonly name: string
  readonly email: string
  readonly password: string
  readonly role: 'administrator' | 'member'
}

/** Somebody with a session. */
export interface SignedIn {
  readonly userId: string
  readonly email: string
  readonly password: string
  /** Value of the `Cookie` header. */
  readonly cookie: string
  readonly client: Client
  /** Any request, with the session: paths such as `/api/v1/me`. */
  fetch(path: string, init?: RequestInit): Promise<Response>
}

export const PASSWORD = 'correct horse battery'

/** Starts a server on a scratch database, on a free loopback port. */
export async function startTestServer(options: TestServerOptions): Promise<TestServer> {
  const scratch = options.scratch ?? (await makeScratch(options.database))
  const config = readConfig({
    ...scratch.env,
    ...(options.appleBaseUrl === undefined ? {} : { CORDON_APPLE_BASE_URL: options.appleBaseUrl }),
    ...(options.appleIdBaseUrl === undefined ? {} : { CORDON_APPLE_ID_BASE_URL: options.appleIdBaseUrl }),
    ...(options.appleEnterpriseBaseUrl === undefined
      ? {}
      : { CORDON_APPLE_ENTERPRISE_BASE_URL: options.appleEnterpriseBaseUrl }),
    ...options.env,
  })
  const { log, lines } = recordingLog()
  const running = await startServer({
    config,
    log: options.log ?? log,
    // Tries at Apple follow each other at once.
    sleep: async () => {},
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
    ...(options.monotonic === undefined ? {} : { monotonic: options.monotonic }),
    ...(options.webRoot === undefined ? {} : { webRoot: options.webRoot }),
  })
  // Jobs are done when a test says so: by itself the worker asks Apple about earlier connections of the world in the middle of a slow test.
  await running.worker.stop()
  const client = (headers: Readonly<Record<string, string>> = {}) =>
    createClient({ baseUrl: running.url, fetch, headers: () => ({ ...headers }) })
  return {
    ...running,
    config,
    scratch,
    logLines: lines,
    client,
    setUp: (person) => setUp(running, person),
    addPerson: (by, person) => addPerson(running, by, person),
    close: async () => {
      await running.close()
      if (options.scratch === undefined) await scratch.remove()
    },
  }
}

function recordingLog(): { log: Log; lines: string[] } {
  const lines: string[] = []
  const write = (level: string) => (fields: object, message: string) =>
    void lines.push(JSON.stringify({ level, ...fields, message }))
  return { log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }, lines }
}

async function setUp(running: RunningServer, person: Partial<NewPerson> = {}): Promise<SignedIn> {
  const token = fragmentToken(running.setUpUrl ?? '')
  const account = { name: 'Dana', email: 'dana@example.com', password: PASSWORD, ...person }
  const { name, email, password } = account
  return signedIn(running.url, account, await post(running.url, '/api/v1/set-up', { token, name, email, password }))
}

async function addPerson(
  running: RunningServer,
  by: SignedIn,
  person: Partial<NewPerson> & { readonly email: string },
): Promise<SignedIn> {
  const { role = 'member', name = person.email.split('@')[0] ?? '', password = PASSWORD, email } = person
  const made = await by.fetch('/api/v1/invitations', jsonPost({ role }))
  const { url } = (await made.json()) as { url: string }
  const body = { token: fragmentToken(url), account: { name, email, password } }
  return signedIn(running.url, { email, password }, await post(running.url, '/api/v1/invitations/accept', body))
}

/** The token in the fragment of a link. */
export function fragmentToken(url: string): string {
  return new URLSearchParams(new URL(url).hash.slice(1)).get('token') ?? ''
}

/** Arguments for `fetch` that post JSON. */
export function jsonPost(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

function post(url: string, path: string, body: unknown): Promise<Response> {
  return fetch(url + path, jsonPost(body))
}

async function signedIn(
  url: string,
  account: { email: string; password: string },
  response: Response,
): Promise<SignedIn> {
  const answer = (await response.json()) as { person?: { id: string } }
  if (answer.person === undefined) throw new Error(`not signed in: ${response.status} ${JSON.stringify(answer)}`)
  const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const headers = { cookie, origin: url }
  return {
    userId: answer.person.id,
    email: account.email,
    password: account.password,
    cookie,
    client: createClient({ baseUrl: url, fetch, headers: () => headers }),
    fetch: (path, init = {}) =>
      fetch(url + path, { ...init, headers: { ...headers, ...(init.headers as Record<string, string> | undefined) } }),
  }
}
