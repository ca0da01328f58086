import { accountRoutes } from '@cordon/api/accounts/routes'
import { appRoutes } from '@cordon/api/apps/routes'
import type { App } from '@cordon/api/apps/schema'
import { authorisationRoutes } from '@cordon/api/authorisations/routes'
import type { AppAuthorisation } from '@cordon/api/authorisations/schema'
import { buildRoutes } from '@cordon/api/builds/routes'
import type { StartedBuild } from '@cordon/api/builds/schema'
import type { Client } from '@cordon/api/client'
import { connectionRoutes } from '@cordon/api/connections/routes'
import type { Connection, KeyKind } from '@cordon/api/connections/schema'
import type { AppId, ConnectionId, UserId } from '@cordon/core/ids'
import { type Simulator, startSimulator } from '@cordon/simulator/simulator'
import type { DatabaseKind } from '../src/platform/db/database.ts'
import {
  fragmentToken,
  type SignedIn,
  startTestServer,
  type TestClock,
  type TestServer,
  type TestServerOptions,
  testClock,
} from './harness.ts'

/** A key as Apple hands it out once. */
export interface KeyFile {
  readonly kind: KeyKind
  readonly keyId: string
  readonly issuerId?: string
  readonly privateKey: string
}

/** A server whose Apple is a simulator, with one clock for both. */
export interface ServerWorld {
  readonly server: TestServer
  readonly simulator: Simulator
  readonly clock: TestClock
  /** Makes a key at Apple, of a new team. */
  newKey(kind?: KeyKind): KeyFile
  close(): Promise<void>
}

/** Starts a simulator and a server that talks to it. */
export async function startWorld(
  database: DatabaseKind,
  options: Partial<TestServerOptions> = {},
): Promise<ServerWorld> {
  const clock = testClock()
  const simulator = await startSimulator({ clock })
  const server = await startTestServer({
    database,
    clock,
    appleBaseUrl: simulator.url,
    appleEnterpriseBaseUrl: simulator.enterpriseUrl,
    appleIdBaseUrl: simulator.url,
    ...options,
  })
  return {
    server,
    simulator,
    clock,
    newKey: (kind = 'team') => newKey(simulator, kind),
    close: async () => {
      await server.close()
      await simulator.close()
    },
  }
}

/** Makes a key of a new team at a simulator. */
export function newKey(simulator: Simulator, kind: KeyKind): KeyFile {
  const team = simulator.createTeam({ name: 'Acme', kind: kind === 'enterprise' ? 'enterprise' : 'standard' })
  const file = simulator.createKey(team.teamId, { kind: kind === 'individual' ? 'individual' : 'team' })
  if (file.privateKey === null) throw new Error('the simulator made no private key')
  return {
    kind,
    keyId: file.keyId,
    ...(file.issuerId === null ? {} : { issuerId: file.issuerId }),
    privateKey: file.privateKey,
  }
}

/** Stores a key as somebody's connection. */
export function connect(
  { client }: { readonly client: Client },
  key: KeyFile,
  name = 'Acme key',
  storeUntested = false,
): Promise<Connection> {
  return client.call(connectionRoutes.create, {
    body: { type: 'app_store_connect_api_key', name, key, storeUntested },
  })
}

/** Creates an app; the caller owns it. */
export function createApp({ client }: { readonly client: Client }, name = 'Wallet'): Promise<App> {
  return client.call(appRoutes.create, { body: { name } })
}

/** Puts somebody with an account into an app's team, by invitation. */
export async function joinTeam(
  by: SignedIn,
  appId: string,
  person: SignedIn,
  role: 'admin' | 'developer' | 'tester',
): Promise<void> {
  const { url } = await by.client.call(appRoutes.invite, { params: { appId }, body: { role } })
  await person.client.call(accountRoutes.acceptInvitation, { body: { token: fragmentToken(url) } })
}

/** Chooses a connection for an app. */
export function authorise(
  { client }: { readonly client: Client },
  appId: string,
  connectionId: string,
): Promise<AppAuthorisation> {
  return client.call(authorisationRoutes.authorise, {
    params: { appId, type: 'app_store_connect_api_key' },
    body: { connectionId },
  })
}

/** What an app uses and could use, as somebody sees it. */
export async function authorisationOf(
  { client }: { readonly client: Client },
  appId: string,
): Promise<AppAuthorisation> {
  const { items } = await client.call(authorisationRoutes.list, { params: { appId } })
  const [first] = items
  if (first === undefined) throw new Error('no type of connection')
  return first
}

/** Starts a build as a person. */
export function startBuild(
  { client }: { readonly client: Client },
  appId: string,
  body: { readonly facts?: { readonly fromFork?: boolean; readonly commit?: string }; readonly minutes?: number } = {},
): Promise<StartedBuild> {
  return client.call(buildRoutes.start, { params: { appId }, body })
}

/** Fetches what a build gets, as existing clients do: the URL by joining texts, the token in its header. */
export async function fetchPortalData(
  build: Pick<StartedBuild, 'buildUrl' | 'buildToken'>,
  separator = '/',
): Promise<{ readonly status: number; readonly body: Record<string, unknown>; readonly text: string }> {
  const response = await fetch(`${build.buildUrl}${separator}apple_developer_portal_data.json`, {
    headers: { BUILD_API_TOKEN: build.buildToken },
  })
  const text = await response.text()
  return { status: response.status, body: JSON.parse(text), text }
}

/** The code of the error that a call fails with; a call that succeeds fails the test. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  return (await errorOf(call)).code
}

/** The error that a call fails with; a call that succeeds fails the test. */
export async function errorOf(call: Promise<unknown>): Promise<CallError> {
  try {
    await call
  } catch (error) {
    if (error instanceof Error && 'code' in error) return error as CallError
    throw error
  }
  throw new Error('the call succeeded')
}

/** What a test looks at of an error. */
export interface CallError extends Error {
  readonly code: string
  readonly status: number
  readonly detail: string | undefined
  readonly remedy: string
  readonly details: Readonly<Record<string, unknown>>
}

export type { AppId, ConnectionId, UserId }
