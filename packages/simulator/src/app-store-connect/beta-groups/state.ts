import { newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { apps } from '../apps/state.ts'
import { linkTesterToGroup, unlinkTesterFromGroup } from '../beta-testers/state.ts'
import { betaTesters } from '../beta-testers/store.ts'
import { linkGroups } from '../builds/state.ts'
import { builds } from '../builds/store.ts'
import { duplicateAttribute, invalidAttribute, invalidRelationship } from '../json-api/errors.ts'
import { type BetaGroupRecord, betaGroups } from './store.ts'

/** What a client may say of a group. */
export type GroupChanges = Partial<
  Pick<
    BetaGroupRecord,
    | 'name'
    | 'publicLinkEnabled'
    | 'publicLinkLimitEnabled'
    | 'publicLinkLimit'
    | 'feedbackEnabled'
    | 'iosBuildsAvailableForAppleSiliconMac'
    | 'iosBuildsAvailableForAppleVision'
  >
>

const MOST_BY_LINK = 10_000
const LINK_CHARACTERS = 8

function checkGroup(scene: Scene, appId: string, changes: GroupChanges, own?: BetaGroupRecord): void {
  const { name, publicLinkLimit } = changes
  if (name?.trim() === '') throw invalidAttribute('name', 'The name of a group must not be empty')
  const isTaken = storeOf(scene.team, betaGroups)
    .by('app', appId)
    .some((one) => one.id !== own?.id && one.name === name)
  if (isTaken) throw duplicateAttribute('name', `A group with the name '${name}' already exists for this app`)
  if (typeof publicLinkLimit === 'number' && (publicLinkLimit < 1 || publicLinkLimit > MOST_BY_LINK)) {
    throw invalidAttribute('publicLinkLimit', `The limit must be between 1 and ${MOST_BY_LINK}`)
  }
}

function newLinkId(scene: Scene): string {
  return Buffer.from(scene.world.random(LINK_CHARACTERS)).toString('base64url').slice(0, LINK_CHARACTERS)
}

/** A public link is made when it is first switched on, and stays the same. */
function withLink(scene: Scene, record: BetaGroupRecord): BetaGroupRecord {
  if (!record.publicLinkEnabled || record.publicLinkId !== null) return record
  return storeOf(scene.team, betaGroups).change(record, { publicLinkId: newLinkId(scene) })
}

/** Makes a group of an app. Internal groups have no public link. */
export function createGroup(
  scene: Scene,
  appId: string,
  wish: GroupChanges & { readonly name: string; readonly isInternal: boolean; readonly hasAccessToAllBuilds: boolean },
): BetaGroupRecord {
  if (storeOf(scene.team, apps).get(appId) === undefined) {
    throw invalidRelationship('app', `There is no resource of type 'apps' with id '${appId}'`)
  }
  checkGroup(scene, appId, wish)
  if (wish.isInternal && wish.publicLinkEnabled === true) {
    throw invalidAttribute('publicLinkEnabled', 'An internal group can not have a public link')
  }
  const record = storeOf(scene.team, betaGroups).add({
    publicLinkEnabled: false,
    publicLinkLimitEnabled: false,
    publicLinkLimit: null,
    feedbackEnabled: true,
    iosBuildsAvailableForAppleSiliconMac: true,
    iosBuildsAvailableForAppleVision: true,
    ...wish,
    id: newUuid(scene.world.random),
    visibleAt: visibleAt(scene, betaGroups.name),
    appId,
    createdAt: scene.now,
    publicLinkId: null,
  })
  return withLink(scene, record)
}

/** Changes a group. */
export function changeGroup(scene: Scene, record: BetaGroupRecord, changes: GroupChanges): BetaGroupRecord {
  checkGroup(scene, record.appId, changes, record)
  return withLink(scene, storeOf(scene.team, betaGroups).change(record, changes))
}

/** Deletes a group: its testers and builds stay, without it. */
export function deleteGroup(scene: Scene, record: BetaGroupRecord): void {
  for (const build of storeOf(scene.team, builds).by('group', record.id))
    linkGroups(scene, build, [record.id], 'remove')
  for (const tester of storeOf(scene.team, betaTesters).by('group', record.id)) {
    unlinkTesterFromGroup(scene, tester, record.id)
  }
  storeOf(scene.team, betaGroups).remove(record.id)
}

/** Gives builds to a group, or takes them from it. */
export function linkBuildsOf(
  scene: Scene,
  record: BetaGroupRecord,
  ids: readonly string[],
  how: 'add' | 'remove',
): void {
  for (const id of ids) {
    const build = storeOf(scene.team, builds).get(id)
    if (build === undefined)
      throw invalidRelationship('builds', `There is no resource of type 'builds' with id '${id}'`)
    linkGroups(scene, build, [record.id], how)
  }
}

/** Puts testers into a group, or takes them out. */
export function linkTestersOf(
  scene: Scene,
  record: BetaGroupRecord,
  ids: readonly string[],
  how: 'add' | 'remove',
): void {
  for (const id of ids) {
    const tester = storeOf(scene.team, betaTesters).get(id)
    if (tester === undefined) {
      throw invalidRelationship('betaTesters', `There is no resource of type 'betaTesters' with id '${id}'`)
    }
    if (how === 'add') linkTesterToGroup(scene, tester, record)
    else unlinkTesterFromGroup(scene, tester, record.id)
  }
}
