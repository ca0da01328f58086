import type { AddressInfo } from 'node:net'
import type { Clock } from '@cordon/core/instant'
import { registry } from './app-store-connect/registry.ts'
import { createAppStoreConnect } from './app-store-connect/service.ts'
import { CONTROL_PREFIX, createControl } from './control/service.ts'
import { patchSettings } from './control/settings.ts'
import { createKey, createTeam, revokeKey, type SeededTeam, seedTeam, seedWorld } from './control/teams.ts'
import { createServer } from './http/server.ts'
import type { Service } from './http/service.ts'
import type { ApiKeyFile, NewApiKey } from './world/api-key.ts'
import type { RandomBytes } from './world/random.ts'
import type { Settings } from './world/settings.ts'
import { loadWorld, type Snapshot } from './world/snapshot.ts'
import type { TeamProfile } from './world/team.ts'
import { createWorld, type World } from './world/world.ts'

/** How a simulator starts. Everything may be left out. */
export interface SimulatorOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number
  /** The address to listen on; default `127.0.0.1`. The control API has no password: leave it on loopback. */
  readonly host?: string
  /** The clock that the simulator's own runs with. */
  readonly clock?: Clock
  readonly random?: RandomBytes
  /** Milliseconds that every answer waits. */
  readonly latencyMs?: number
  readonly settings?: Partial<Settings>
  /** Teams with everything in them, as `POST /_simulator/seed` takes them. */
  readonly seed?: unknown
  /** A saved state, as `GET /_simulator/state` answers it; taken before `settings` and `seed`. */
  readonly snapshot?: Snapshot
}

/** A running simulator. */
export interface Simulator {
  /** Base of the App Store Connect API: resources are at `${url}/v1/…`. No slash at the end. */
  readonly url: string
  /** Base of the Enterprise Program's API: resources at `${enterpriseUrl}/v1/…`. */
  readonly enterpriseUrl: string
  /** Base of the control API. */
  readonly controlUrl: string
  readonly port: number
  /** What the seed of the options made: ids and key files. */
  readonly seeded: readonly SeededTeam[]
  /** The state, for tests that live in the same process. */
  readonly world: World
  createTeam(wish: { name: string; teamId?: string; kind?: 'standard' | 'enterprise'; issuerId?: string }): TeamProfile
  createKey(teamId: string, wish?: NewApiKey): ApiKeyFile
  revokeKey(keyId: string): void
  /** Adds things to a team, as `POST /_simulator/teams/{teamId}/seed`. Gives ids per resource type. */
  seedTeam(teamId: string, seed: Readonly<Record<string, unknown>>): Promise<SeededTeam['ids']>
  /** The root certificate (PEM) that certificates and profiles chain up to. */
  rootPem(): Promise<string>
  close(): Promise<void>
}

/** Apple's services, in the order in which their prefixes are tried. A further service is a folder and a line here. */
function services(): Service[] {
  return [
    createAppStoreConnect({ name: 'enterprise', prefix: '/enterprise', kind: 'enterprise' }, registry),
    createAppStoreConnect({ name: 'app-store-connect', prefix: '', kind: 'standard' }, registry),
  ]
}

/** Starts a simulator in this process. Many may run at once; they share nothing. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const world = createWorld(options.clock, options.random)
  if (options.snapshot !== undefined) loadWorld(world, options.snapshot)
  const latency = options.latencyMs === undefined ? {} : { latencyMs: options.latencyMs }
  world.settings = patchSettings(world.settings, { ...options.settings, ...latency })
  const seeded = options.seed === undefined ? [] : await seedWorld(world, options.seed, registry)
  const control = createControl(registry)
  const server = createServer(world, [control, ...services()], new Set([control]))
  const host = options.host ?? '127.0.0.1'
  await server.listen({ port: options.port ?? 0, host })
  const { port } = server.server.address() as AddressInfo
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  return {
    url,
    enterpriseUrl: `${url}/enterprise`,
    controlUrl: `${url}${CONTROL_PREFIX}`,
    port,
    seeded,
    world,
    createTeam: (wish) => createTeam(world, wish),
    createKey: (teamId, wish = {}) => createKey(world, teamId, { ...wish }),
    revokeKey: (keyId) => revokeKey(world, keyId),
    seedTeam: (teamId, seed) => seedTeam(world, teamId, seed, registry),
    rootPem: () => world.authority.rootPem(),
    close: () => server.close(),
  }
}
