import { createServer } from 'node:http'
import type { Clock } from '@cordon/core/instant'
import { registry } from './app-store-connect/registry.ts'
import { createAppStoreConnect } from './app-store-connect/service.ts'
import type { AccountChange } from './apple-id/accounts/change.ts'
import { lastCode } from './apple-id/accounts/codes.ts'
import { findAccount } from './apple-id/accounts/find.ts'
import type { NewAccount } from './apple-id/accounts/wish.ts'
import { createAppStoreConnectWeb } from './apple-id/app-store-connect-web/service.ts'
import { createAppleIdSite } from './apple-id/appleid/service.ts'
import { createIdmsa } from './apple-id/idmsa/service.ts'
import { cookieOf, openWebSession } from './apple-id/sessions/web-session.ts'
import type { Account } from './apple-id/state.ts'
import { changeAccountBy, newAccount } from './control/accounts.ts'
import { readFault } from './control/faults.ts'
import { object } from './control/reading.ts'
import { seedAll } from './control/seed.ts'
import { CONTROL_PREFIX, createControl } from './control/service.ts'
import { patchSettings } from './control/settings.ts'
import { readSnapshot } from './control/snapshot.ts'
import { createKey, createTeam, revokeKey, type SeededTeam, seedTeam } from './control/teams.ts'
import { APPLE_HOSTS } from './hosts/hosts.ts'
import type { HostOptions, ServedHosts } from './hosts/serve.ts'
import { byHost, byPath, type Router } from './http/incoming.ts'
import { createListener } from './http/listener.ts'
import type { Service } from './http/service.ts'
import { listen, SERVER_OPTIONS, shut } from './http/serving.ts'
import { createImageHost } from './images/service.ts'
import { withIris } from './iris/service.ts'
import { withPortal } from './portal/resources/registry.ts'
import { createPortal } from './portal/service.ts'
import { createUploads } from './uploads/service.ts'
import { discardUploads } from './uploads/store.ts'
import type { ApiKeyFile, NewApiKey } from './world/api-key.ts'
import type { RandomBytes } from './world/random.ts'
import type { Settings } from './world/settings.ts'
import { loadWorld } from './world/snapshot.ts'
import type { TeamProfile } from './world/team.ts'
import { createWorld, type World } from './world/world.ts'

/** How a simulator starts. Everything may be left out. */
export interface SimulatorOptions extends HostOptions {
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
  /** Faults that are in place from the start, as `POST /_simulator/faults` takes them. */
  readonly faults?: readonly unknown[]
  /** Teams with everything in them, and Apple IDs, as `POST /_simulator/seed` takes them. */
  readonly seed?: unknown
  /** A saved state, as `GET /_simulator/state` answers it; taken before `settings` and `seed`. */
  readonly snapshot?: unknown
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
  /** Apple's hosts by name; null unless `tlsPort` or `proxyPort` was asked for. */
  readonly appleHosts: Omit<ServedHosts, 'close'> | null
  /** What the seed of the options made: ids and key files. */
  readonly seeded: readonly SeededTeam[]
  /** The state, for tests that live in the same process. */
  readonly world: World
  createTeam(wish: { name: string; teamId?: string; kind?: 'standard' | 'enterprise'; issuerId?: string }): TeamProfile
  createKey(teamId: string, wish?: NewApiKey): ApiKeyFile
  revokeKey(keyId: string): void
  /** Makes an Apple ID; without `memberships` it is Account Holder of every team there is. */
  createAccount(wish: NewAccount): Account
  /** Changes an Apple ID, as `PATCH /_simulator/accounts/{email}`. */
  changeAccount(email: string, change: AccountChange): Account
  /** The last code that was sent to the account: to its devices, to a phone (by id), or the newest of all; null when there is none. */
  codeOf(email: string, to?: 'device' | number): string | null
  /** Begins a web session without a sign-in and gives the `Cookie` header of it. */
  openWebSession(email: string): string
  /** Adds things to a team, as `POST /_simulator/teams/{teamId}/seed`. Gives ids per resource type. */
  seedTeam(teamId: string, seed: Readonly<Record<string, unknown>>): Promise<SeededTeam['ids']>
  /** The root certificate (PEM) that certificates and profiles chain up to. */
  rootPem(): Promise<string>
  close(): Promise<void>
}

// What seeds may hold and the overview shows: also what only the portal has.
const seedable = withPortal(registry)

/** Apple's services, in the order in which their prefixes are tried. A further service is a folder and a line here. */
function services(): Service[] {
  return [
    createPortal({ name: 'developer', prefix: '/developer', closesForMaintenance: true }),
    createPortal({ name: 'developer-mdn', prefix: '/developer-mdn', closesForMaintenance: false }),
    createPortal({ name: 'developerservices2', prefix: '/developerservices2', closesForMaintenance: false }),
    createIdmsa(),
    withIris(createAppStoreConnectWeb()),
    createAppleIdSite(),
    createUploads(),
    createImageHost(),
    createAppStoreConnect({ name: 'enterprise', prefix: '/enterprise', kind: 'enterprise' }, registry),
    createAppStoreConnect({ name: 'app-store-connect', prefix: '', kind: 'standard' }, registry),
  ]
}

/** Which service answers under which of Apple's names. */
function servicesByHost(apple: readonly Service[]): ReadonlyMap<string, Service> {
  const byName = new Map(apple.map((service) => [service.name, service]))
  return new Map(
    Object.entries(APPLE_HOSTS).flatMap(([host, name]) => {
      const service = byName.get(name)
      return service === undefined ? [] : [[host, service] as const]
    }),
  )
}

function newWorld(options: SimulatorOptions): World {
  const world = createWorld(options.clock, options.random)
  if (options.snapshot !== undefined) loadWorld(world, readSnapshot(options.snapshot))
  const latency = options.latencyMs === undefined ? {} : { latencyMs: options.latencyMs }
  world.settings = patchSettings(world.settings, { ...options.settings, ...latency })
  for (const [index, fault] of (options.faults ?? []).entries())
    world.faults.add(readFault(object(fault, `faults[${index}]`)))
  return world
}

interface Opened {
  readonly port: number
  readonly appleHosts: ServedHosts | null
  close(): Promise<void>
}

/** Opens the plain address and, if asked for, Apple's host names; all or nothing. */
async function openAddresses(options: SimulatorOptions, world: World, host: string): Promise<Opened> {
  const control = createControl(seedable)
  const apple = services()
  const underway = { writes: 0 }
  const listener = (router: Router, scheme: 'http' | 'https') =>
    createListener({ world, router, scheme, hidden: new Set([control]), underway })
  const plain = createServer(SERVER_OPTIONS, listener(byPath([control, ...apple]), 'http'))
  const port = await listen(plain, options.port ?? 0, host)
  const isNamed = options.tlsPort !== undefined || options.proxyPort !== undefined
  // What only Apple's names need is loaded only with them: the start stays short.
  const serve = async () =>
    (await import('./hosts/serve.ts')).serveHosts(
      options,
      listener(byHost(servicesByHost(apple)), 'https'),
      host,
      Date.now(),
    )
  try {
    const appleHosts = isNamed ? await serve() : null
    return {
      port,
      appleHosts,
      close: async () => {
        await Promise.all([shut(plain), appleHosts?.close()])
        discardUploads(world.uploads)
        world.images.clear()
        world.agenda.clear()
      },
    }
  } catch (error) {
    await shut(plain)
    throw error
  }
}

/** Starts a simulator in this process. Many may run at once; they share nothing. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const world = newWorld(options)
  const seeded = options.seed === undefined ? [] : (await seedAll(world, options.seed, seedable)).teams
  const host = options.host ?? '127.0.0.1'
  const { port, appleHosts, close } = await openAddresses(options, world, host)
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  return {
    url,
    enterpriseUrl: `${url}/enterprise`,
    controlUrl: `${url}${CONTROL_PREFIX}`,
    port,
    appleHosts,
    seeded,
    world,
    createTeam: (wish) => createTeam(world, wish),
    createKey: (teamId, wish = {}) => createKey(world, teamId, { ...wish }),
    revokeKey: (keyId) => revokeKey(world, keyId),
    createAccount: (wish) => newAccount(world, { ...wish }),
    changeAccount: (email, change) => changeAccountBy(world, email, { ...change }),
    codeOf: (email, to) => lastCode(findAccount(world, email), to)?.code ?? null,
    openWebSession: (email) => cookieOf(openWebSession(world, findAccount(world, email), world.settings.widgetKey)),
    seedTeam: (teamId, seed) => seedTeam(world, teamId, seed, seedable),
    rootPem: () => world.authority.rootPem(),
    close,
  }
}
