import { AppleError } from '../app-store-connect/json-api/errors.ts'
import type { Registry } from '../app-store-connect/json-api/resource.ts'
import { type ApiKeyFile, KEY_ROLES, type NewApiKey, newApiKey } from '../world/api-key.ts'
import { newAppleId, newUuid } from '../world/random.ts'
import { inTurn, newTeam, type Team, type TeamProfile } from '../world/team.ts'
import type { World } from '../world/world.ts'
import { controlErrors } from './errors.ts'
import { boolean, type Json, object, objects, onlyFields, requiredText, text } from './reading.ts'

const TEAM_FIELDS = ['name', 'teamId', 'kind', 'issuerId']
const KEY_FIELDS = ['kind', 'role', 'provisioningAllowed', 'keyId', 'publicKeyPem']

/** What a seed made: ids by type, and the key files that Apple's site shows once. */
export interface SeededTeam extends TeamProfile {
  readonly keys: readonly ApiKeyFile[]
  /** Ids in the order of the seed, per resource type. */
  readonly ids: Readonly<Record<string, readonly string[]>>
}

/** Finds a team by its id. */
export function teamOf(world: World, teamId: string): Team {
  const team = world.teams.get(teamId)
  if (team === undefined) {
    throw controlErrors.unknown_thing({ kind: 'team', id: teamId }, { detail: `no team '${teamId}'` })
  }
  return team
}

function profileOf(world: World, wish: Json): TeamProfile {
  return {
    teamId: text(wish, 'teamId') ?? newAppleId(world.random),
    name: requiredText(wish, 'name'),
    kind: text(wish, 'kind', ['standard', 'enterprise'] as const) ?? 'standard',
    issuerId: text(wish, 'issuerId') ?? newUuid(world.random),
  }
}

/** Adds a team: `{name, teamId?, kind?, issuerId?}`. */
export function createTeam(world: World, wish: Json): TeamProfile {
  onlyFields(wish, TEAM_FIELDS)
  const profile = profileOf(world, wish)
  if (world.teams.has(profile.teamId)) {
    throw controlErrors.bad_request(
      { field: 'teamId', accepted: 'a team id that is not taken' },
      { detail: `team '${profile.teamId}' exists` },
    )
  }
  world.teams.set(profile.teamId, newTeam(profile))
  return profile
}

function keyWish(wish: Json): NewApiKey {
  onlyFields(wish, KEY_FIELDS)
  const kind = text(wish, 'kind', ['team', 'individual'] as const)
  const role = text(wish, 'role', KEY_ROLES)
  const provisioningAllowed = boolean(wish, 'provisioningAllowed')
  const keyId = text(wish, 'keyId')
  const publicKeyPem = text(wish, 'publicKeyPem')
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(role === undefined ? {} : { role }),
    ...(provisioningAllowed === undefined ? {} : { provisioningAllowed }),
    ...(keyId === undefined ? {} : { keyId }),
    ...(publicKeyPem === undefined ? {} : { publicKeyPem }),
  }
}

/** Makes a key for a team: `{kind?, role?, provisioningAllowed?, keyId?, publicKeyPem?}`. The private key is told this once. */
export function createKey(world: World, teamId: string, wish: Json): ApiKeyFile {
  const team = teamOf(world, teamId)
  const { key, file } = keyOf(world, team, keyWish(wish))
  if (world.keys.has(key.keyId)) {
    throw controlErrors.bad_request(
      { field: 'keyId', accepted: 'a key id that is not taken' },
      { detail: `key '${key.keyId}' exists` },
    )
  }
  world.keys.set(key.keyId, key)
  return file
}

function keyOf(world: World, team: Team, wish: NewApiKey): ReturnType<typeof newApiKey> {
  try {
    return newApiKey(team, wish, world.random)
  } catch (cause) {
    const accepted = 'the PEM of a P-256 public key'
    throw controlErrors.bad_request(
      { field: 'publicKeyPem', accepted },
      { detail: `'publicKeyPem' must be ${accepted}`, cause },
    )
  }
}

/** Revokes a key: its tokens are 401 from now on. */
export function revokeKey(world: World, keyId: string): void {
  const key = world.keys.get(keyId)
  if (key === undefined) throw controlErrors.unknown_thing({ kind: 'key', id: keyId }, { detail: `no key '${keyId}'` })
  world.keys.set(keyId, { ...key, revoked: true })
}

/** Signs or withdraws the team's agreements and membership: `{agreementsInForce?, membershipActive?}`. */
export function changeTeam(world: World, teamId: string, wish: Json): void {
  onlyFields(wish, ['agreementsInForce', 'membershipActive'])
  const team = teamOf(world, teamId)
  team.agreementsInForce = boolean(wish, 'agreementsInForce') ?? team.agreementsInForce
  team.membershipActive = boolean(wish, 'membershipActive') ?? team.membershipActive
}

async function seedOne(
  world: World,
  team: Team,
  registry: Registry,
  type: string,
  item: Json,
  at: string,
): Promise<string> {
  const seed = registry.get(type)?.seed
  if (seed === undefined) throw controlErrors.bad_request({ field: type, accepted: 'a resource type' })
  try {
    return (await seed({ world, team, now: world.clock.now() }, item)).id
  } catch (error) {
    if (error instanceof AppleError)
      throw controlErrors.refused({ at }, { detail: `${at}: ${error.message}`, cause: error })
    throw error
  }
}

/** Adds things to a team: lists per resource type. Ends at the first that a rule forbids; what came before it stays. */
export async function seedTeam(
  world: World,
  teamId: string,
  seed: Json,
  registry: Registry,
): Promise<SeededTeam['ids']> {
  const team = teamOf(world, teamId)
  const types = [...registry.values()].filter((resource) => resource.seed !== undefined).map(({ type }) => type)
  onlyFields(seed, types)
  const ids: Record<string, string[]> = {}
  return await inTurn(team, async () => {
    for (const type of types) {
      for (const [index, item] of objects(seed[type], type).entries()) {
        const id = await seedOne(world, team, registry, type, item, `${type}[${index}]`)
        ids[type] = [...(ids[type] ?? []), id]
      }
    }
    return ids
  })
}

/** Adds teams with everything in them: `{teams: [{name, …, keys: [{role}], bundleIds: […], devices: […], …}]}`. */
export async function seedWorld(world: World, document: unknown, registry: Registry): Promise<SeededTeam[]> {
  const seeded: SeededTeam[] = []
  for (const wish of objects(object(document, 'seed').teams, 'teams')) {
    const own = Object.fromEntries(Object.entries(wish).filter(([field]) => TEAM_FIELDS.includes(field)))
    const rest = Object.fromEntries(
      Object.entries(wish).filter(([field]) => !TEAM_FIELDS.includes(field) && field !== 'keys'),
    )
    const profile = createTeam(world, own)
    const keys = objects(wish.keys, 'keys').map((key) => createKey(world, profile.teamId, key))
    seeded.push({ ...profile, keys, ids: await seedTeam(world, profile.teamId, rest, registry) })
  }
  return seeded
}
