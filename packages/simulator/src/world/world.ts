import type { Clock, Instant } from '@cordon/core/instant'
import { type AppleIds, createAppleIds } from '../apple-id/state.ts'
import { type Authority, createAuthority } from '../authority/authority.ts'
import { createFaults, type Faults } from '../http/faults.ts'
import { createJournal, type Journal } from '../http/journal.ts'
import { createRateLimits, type RateLimits } from '../http/rate-limit.ts'
import { createImages, type Images } from '../images/store.ts'
import type { Uploads } from '../uploads/store.ts'
import { type Agenda, createAgenda } from './agenda.ts'
import type { ApiKey } from './api-key.ts'
import { type MovableClock, movableClock, systemClock } from './clock.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { pooledRandom, type RandomBytes } from './random.ts'
import { DEFAULT_SETTINGS, type Settings } from './settings.ts'
import type { Team } from './team.ts'

/** Everything that one simulator remembers. Several worlds in a process share nothing. */
export interface World {
  readonly clock: MovableClock
  readonly random: RandomBytes
  readonly teams: Map<string, Team>
  readonly keys: Map<string, ApiKey>
  /** Accounts of persons, and what sign-in remembers of them. */
  readonly appleIds: AppleIds
  readonly journal: Journal
  readonly faults: Faults
  readonly rateLimits: RateLimits
  readonly uploads: Uploads
  readonly images: Images
  readonly agenda: Agenda
  readonly outbox: Outbox
  authority: Authority
  settings: Settings
}

/** One team at one moment: what a rule needs in order to decide. */
export interface Scene {
  readonly world: World
  readonly team: Team
  readonly now: Instant
}

/** Makes an empty world. */
export function createWorld(clock: Clock = systemClock, random: RandomBytes = pooledRandom()): World {
  const movable = movableClock(clock)
  const world: World = {
    clock: movable,
    random,
    teams: new Map(),
    keys: new Map(),
    appleIds: createAppleIds(),
    journal: createJournal(),
    faults: createFaults(),
    rateLimits: createRateLimits(),
    uploads: new Map(),
    images: createImages(),
    agenda: createAgenda(movable),
    outbox: createOutbox(() => world.settings.webhooksTellLastFirst),
    authority: createAuthority(random),
    settings: DEFAULT_SETTINGS,
  }
  return world
}

/** The time until which reads do not see a resource of this type that is made now. */
export function visibleAt(scene: Scene, type: string): number {
  return scene.now + (scene.world.settings.readDelayMs[type] ?? 0)
}
