import type { Scene } from '../../world/world.ts'
import { seededAppId } from '../apps/seeded-app.ts'
import { createTester } from '../beta-testers/state.ts'
import { onlySeedFields, optionalSeedText, type SeedItem, seedFlag, seedItems, seedText } from '../json-api/seeding.ts'
import { createGroup, deleteGroup } from './state.ts'
import type { BetaGroupRecord } from './store.ts'

/** Makes a group of a seed with its testers, or none when one of them is refused. Those of an internal group are members of the team. */
export function seedGroup(scene: Scene, item: SeedItem): BetaGroupRecord {
  onlySeedFields(item, ['app', 'name', 'isInternalGroup', 'hasAccessToAllBuilds', 'publicLinkEnabled', 'testers'])
  const group = createGroup(scene, seededAppId(scene, item), {
    name: seedText(item, 'name'),
    isInternal: seedFlag(item, 'isInternalGroup'),
    hasAccessToAllBuilds: seedFlag(item, 'hasAccessToAllBuilds'),
    publicLinkEnabled: seedFlag(item, 'publicLinkEnabled'),
  })
  try {
    for (const tester of seedItems(item, 'testers')) seedTester(scene, tester, group)
    return group
  } catch (error) {
    deleteGroup(scene, group)
    throw error
  }
}

function seedTester(scene: Scene, item: SeedItem, group: BetaGroupRecord): void {
  onlySeedFields(item, ['email', 'firstName', 'lastName'])
  createTester(scene, {
    email: seedText(item, 'email'),
    firstName: optionalSeedText(item, 'firstName') ?? null,
    lastName: optionalSeedText(item, 'lastName') ?? null,
    groupIds: [group.id],
    buildIds: [],
  })
}
