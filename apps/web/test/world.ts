import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectionRoutes } from '@cordon/api/connections/routes'
import type { Connection, KeyKind } from '@cordon/api/connections/schema'
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
  close(): Promise<void>
}

/** Starts both on free loopback ports. */
export async function startWebWorld(): Promise<WebWorld> {
  const webRoot = await builtWeb()
  const folder = await mkdtemp(join(tmpdir(), 'cordon-web-test-'))
  const simulator = await startSimulator()
  const server = await startOn(folder, simulator, webRoot)
  return {
    url: server.url,
    setUpUrl: server.setUpUrl ?? '',
    simulator,
    close: async () => {
      await server.close()
      await simulator.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function startOn(folder: string, simulator: Simulator, webRoot: string): Promise<RunningServer> {
  const config = readConfig({
    CORDON_DATA_DIR: join(folder, 'data'),
    CORDON_KEY_FILE: join(folder, 'config', 'master.key'),
    CORDON_PORT: '0',
    CORDON_LOG_LEVEL: 'silent',
    CORDON_APPLE_BASE_URL: simulator.url,
    CORDON_APPLE_ID_BASE_URL: simulator.url,
    CORDON_APPLE_ENTERPRISE_BASE_URL: simulator.enterpriseUrl,
  })
  return startServer({ config, webRoot })
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
