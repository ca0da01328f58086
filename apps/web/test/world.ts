import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectionRoutes } from '@cordon/api/connections/routes'
import type { Connection, KeyKind } from '@cordon/api/connections/schema'
import { type Clock, instant } from '@cordon/core/instant'
import { type Simulator, startSimulator } from '@cordon/simulator/simulator'
import { readConfig } from '../../server/src/platform/config.ts'
import { type RunningServer, startServer } from '../../server/src/start.ts'
import { builtWeb } from './built-web.ts'
import type { SignedIn } from './people.ts'

/** A server on SQLite that serves the built web app and whose Apple is a simulator, over HTTP. */
export interface WebWorld {
  readonly url: string
  /** The link that makes the first administrator. */
  readonly setUpUrl: string
  readonly simulator: Simulator
  /** The clock of both: the machine's, moved on by what a test says. */
  readonly clock: MovedClock
  /** Does the jobs that are due now. */
  runJobs(): Promise<void>
  close(): Promise<void>
}

/** A clock that goes as the machine's, and can be put forward. */
export interface MovedClock extends Clock {
  advance(ms: number): void
}

function movedClock(): MovedClock {
  let aheadMs = 0
  return {
    now: () => instant(Date.now() + aheadMs),
    advance: (ms) => {
      aheadMs += ms
    },
  }
}

/** Starts both on free loopback ports. */
export async function startWebWorld(): Promise<WebWorld> {
  const webRoot = await builtWeb()
  const folder = await mkdtemp(join(tmpdir(), 'cordon-web-test-'))
  const clock = movedClock()
  const simulator = await startSimulator({ clock })
  const server = await startOn(folder, simulator, clock, webRoot)
  return {
    url: server.url,
    setUpUrl: server.setUpUrl ?? '',
    simulator,
    clock,
    runJobs: async () => void (await server.worker.runDue()),
    close: async () => {
      await server.close()
      await simulator.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function startOn(folder: string, simulator: Simulator, clock: Clock, webRoot: string): Promise<RunningServer> {
  const config = readConfig({
    CORDON_DATA_DIR: join(folder, 'data'),
    CORDON_KEY_FILE: join(folder, 'config', 'master.key'),
    CORDON_PORT: '0',
    CORDON_LOG_LEVEL: 'silent',
    CORDON_APPLE_BASE_URL: simulator.url,
    CORDON_APPLE_ENTERPRISE_BASE_URL: simulator.enterpriseUrl,
    CORDON_APPLE_ID_BASE_URL: simulator.url,
  })
  return startServer({ config, webRoot, clock })
}

/** A key as Apple hands it out once. */
export interface KeyFile {
  readonly kind: KeyKind
  readonly keyId: string
  readonly issuerId?: string
  readonly privateKey: string
}

/** Makes a key of a new team at the simulator. */
export function newKey(simulator: Simulator, kind: KeyKind = 'team'): KeyFile {
  const team = simulator.createTeam({ name: 'Orchard', kind: kind === 'enterprise' ? 'enterprise' : 'standard' })
  const file = simulator.createKey(team.teamId, { kind: kind === 'individual' ? 'individual' : 'team' })
  if (file.privateKey === null) throw new Error('the simulator made no private key')
  const issuer = file.issuerId === null ? {} : { issuerId: file.issuerId }
  return { kind, keyId: file.keyId, ...issuer, privateKey: file.privateKey }
}

/** Stores a key as somebody's connection. */
export function connect(by: SignedIn, key: KeyFile, name: string, storeUntested = false): Promise<Connection> {
  return by.client.call(connectionRoutes.create, {
    body: { type: 'app_store_connect_api_key', name, key, storeUntested },
  })
}
