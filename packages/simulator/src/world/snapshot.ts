import { instant } from '@cordon/core/instant'
import { loadAppleIds, type SavedAppleIds, saveAppleIds } from '../apple-id/saved.ts'
import { createAuthority } from '../authority/authority.ts'
import type { AuthorityJson } from '../authority/model.ts'
import { restoreApiKey, type SavedApiKey } from './api-key.ts'
import type { StoredRecord } from './collection.ts'
import { DEFAULT_SETTINGS, type Settings } from './settings.ts'
import { newTeam, type Team, type TeamProfile } from './team.ts'
import type { World } from './world.ts'

/** A team as JSON. */
export interface SavedTeam extends TeamProfile {
  readonly agreementsInForce: boolean
  readonly membershipActive: boolean
  readonly records: Readonly<Record<string, readonly StoredRecord[]>>
}

/** A world as JSON: what `GET /_simulator/state` answers and `PUT` takes. The log, faults and rate windows are not in it. */
export interface Snapshot {
  readonly version: 1
  /** The simulator's time, epoch milliseconds. */
  readonly now: number
  readonly settings: Settings
  readonly authority: AuthorityJson
  readonly teams: readonly SavedTeam[]
  readonly keys: readonly SavedApiKey[]
  /** Accounts and their sessions; absent in a state that was saved before there were any. */
  readonly appleIds?: SavedAppleIds
}

function saveTeam(team: Team): SavedTeam {
  const { teamId, name, kind, issuerId, agreementsInForce, membershipActive } = team
  const records: Record<string, readonly StoredRecord[]> = Object.fromEntries(team.saved)
  for (const [type, store] of team.stores) records[type] = store.values()
  return { teamId, name, kind, issuerId, agreementsInForce, membershipActive, records }
}

/** Writes a world as JSON. */
export async function saveWorld(world: World): Promise<Snapshot> {
  return {
    version: 1,
    now: world.clock.now(),
    settings: world.settings,
    authority: await world.authority.toJson(),
    teams: [...world.teams.values()].map(saveTeam),
    keys: [...world.keys.values()].map(({ publicKey: _, ...saved }) => saved),
    appleIds: saveAppleIds(world.appleIds),
  }
}

function loadTeam(saved: SavedTeam): Team {
  const team = newTeam(saved)
  team.agreementsInForce = saved.agreementsInForce
  team.membershipActive = saved.membershipActive
  for (const [type, records] of Object.entries(saved.records)) team.saved.set(type, records)
  return team
}

/** Replaces everything a world remembers with a snapshot, its time included. */
export function loadWorld(world: World, snapshot: Snapshot): void {
  // Everything is read before anything is replaced: a snapshot that cannot be read changes nothing.
  const teams = snapshot.teams.map(loadTeam)
  const keys = snapshot.keys.map(restoreApiKey)
  world.teams.clear()
  world.keys.clear()
  for (const team of teams) world.teams.set(team.teamId, team)
  for (const key of keys) world.keys.set(key.keyId, key)
  loadAppleIds(world.appleIds, snapshot.appleIds)
  // A state of an earlier version lacks the settings that came later.
  world.settings = { ...DEFAULT_SETTINGS, ...snapshot.settings }
  world.authority = createAuthority(world.random, snapshot.authority)
  world.clock.moveTo(instant(snapshot.now))
}
