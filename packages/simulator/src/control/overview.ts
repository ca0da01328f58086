import type { Registry, Resource } from '../app-store-connect/json-api/resource.ts'
import type { Team } from '../world/team.ts'
import type { World } from '../world/world.ts'

// What a person can look at; the rest is told as a number.
const SHOWN = 200
// Too long to show, and nothing to read in them.
const LEFT_OUT: ReadonlySet<string> = new Set(['certificateContent', 'profileContent', 'csrContent'])

function itemsOf(world: World, team: Team, resource: Resource) {
  const scene = { world, team, now: world.clock.now() }
  const records = resource.list?.(scene) ?? []
  const items = records.slice(0, SHOWN).map((record) => ({
    id: record.id,
    attributes: Object.fromEntries(
      Object.entries(resource.attributes(record, scene)).filter(([name]) => !LEFT_OUT.has(name)),
    ),
  }))
  return { total: records.length, items }
}

function keysOf(world: World, team: Team) {
  return [...world.keys.values()]
    .filter((key) => key.teamId === team.teamId)
    .map(({ keyId, kind, role, revoked }) => ({ keyId, kind, role, revoked }))
}

/** Everything that the page shows of the teams: keys by id, and what each resource lists, without contents. */
export function overviewOf(world: World, registry: Registry): unknown {
  const listed = [...registry.values()].filter(({ list, isShared }) => list !== undefined && isShared !== true)
  return {
    teams: [...world.teams.values()].map((team) => ({
      teamId: team.teamId,
      name: team.name,
      kind: team.kind,
      issuerId: team.issuerId,
      agreementsInForce: team.agreementsInForce,
      membershipActive: team.membershipActive,
      keys: keysOf(world, team),
      resources: Object.fromEntries(listed.map((resource) => [resource.type, itemsOf(world, team, resource)])),
    })),
  }
}
