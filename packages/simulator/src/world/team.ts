import { Collection, type StoreDefinition, type StoredRecord } from './collection.ts'

/** The Apple Developer Program, or the Enterprise Program with its own host and in-house distribution. */
export type TeamKind = 'standard' | 'enterprise'

/** What a team is told by. */
export interface TeamProfile {
  /** Ten capital letters and digits; also the seed ID of its bundle IDs. */
  readonly teamId: string
  readonly name: string
  readonly kind: TeamKind
  /** The issuer of the team's keys, a UUID. */
  readonly issuerId: string
}

/** One developer team and everything it owns at Apple. Owned by the world. */
export interface Team extends TeamProfile {
  /** False: every request answers that a required agreement is missing. */
  agreementsInForce: boolean
  /** False: requests of provisioning answer that the membership is not active. */
  membershipActive: boolean
  /** The tail of the team's write queue. */
  lastWrite: Promise<unknown>
  readonly stores: Map<string, Collection<StoredRecord>>
  /** Records of a loaded snapshot that no store has been opened for yet. */
  readonly saved: Map<string, readonly StoredRecord[]>
}

/** Makes a team that owns nothing. */
export function newTeam(profile: TeamProfile): Team {
  return {
    ...profile,
    agreementsInForce: true,
    membershipActive: true,
    lastWrite: Promise.resolve(),
    stores: new Map(),
    saved: new Map(),
  }
}

/** The team's records of one kind. */
export function storeOf<R extends StoredRecord>(team: Team, definition: StoreDefinition<R>): Collection<R> {
  const open = team.stores.get(definition.name)
  // A name belongs to one definition (the registry refuses a second), so the record type is the definition's.
  if (open !== undefined) return open as unknown as Collection<R>
  const saved = (team.saved.get(definition.name) ?? []) as readonly R[]
  const made = new Collection<R>(definition.indexes, saved)
  team.stores.set(definition.name, made as unknown as Collection<StoredRecord>)
  return made
}

/** Runs a write after the team's earlier ones, so that two clients never decide on the same state. */
export function inTurn<T>(team: Team, write: () => Promise<T>): Promise<T> {
  const result = team.lastWrite.then(write, write)
  team.lastWrite = result.catch(() => undefined)
  return result
}
