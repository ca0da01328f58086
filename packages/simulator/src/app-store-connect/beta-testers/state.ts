import { newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { type BetaGroupRecord, betaGroups } from '../beta-groups/store.ts'
import { linkTesters } from '../builds/state.ts'
import { builds } from '../builds/store.ts'
import { conflict, invalidAttribute, invalidRelationship } from '../json-api/errors.ts'
import { users } from '../users/state.ts'
import { type BetaTesterRecord, betaTesters } from './store.ts'

const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/
const MOST_INTERNAL = 100

function groupOf(scene: Scene, id: string): BetaGroupRecord {
  const group = storeOf(scene.team, betaGroups).get(id)
  if (group !== undefined) return group
  throw invalidRelationship('betaGroups', `There is no resource of type 'betaGroups' with id '${id}'`)
}

/** An internal group takes members of the team only, and a hundred of them. */
function checkMember(scene: Scene, email: string, group: BetaGroupRecord): void {
  if (!group.isInternal) return
  const isMember = storeOf(scene.team, users)
    .values()
    .some((user) => user.username.toLowerCase() === email.toLowerCase())
  if (!isMember) throw conflict(`'${email}' is not a member of the team and can not join an internal group`)
  if (storeOf(scene.team, betaTesters).count('group', group.id) >= MOST_INTERNAL) {
    throw conflict(`An internal group may have up to ${MOST_INTERNAL} testers`)
  }
}

/** Puts a tester into a group; who is in it already stays. */
export function linkTesterToGroup(scene: Scene, record: BetaTesterRecord, group: BetaGroupRecord): BetaTesterRecord {
  if (record.groupIds.includes(group.id)) return record
  checkMember(scene, record.email, group)
  return storeOf(scene.team, betaTesters).change(record, {
    groupIds: [...record.groupIds, group.id],
    state: record.state === 'NOT_INVITED' ? 'INVITED' : record.state,
  })
}

/** Takes a tester out of a group. */
export function unlinkTesterFromGroup(scene: Scene, record: BetaTesterRecord, groupId: string): BetaTesterRecord {
  return storeOf(scene.team, betaTesters).change(record, { groupIds: record.groupIds.filter((id) => id !== groupId) })
}

/** The apps that a tester tests: those of the groups and of the single builds. */
export function appIdsOf(scene: Scene, record: BetaTesterRecord): string[] {
  const ofGroups = record.groupIds.flatMap((id) => storeOf(scene.team, betaGroups).get(id)?.appId ?? [])
  const ofBuilds = storeOf(scene.team, builds)
    .by('tester', record.id)
    .map((build) => build.appId)
  return [...new Set([...ofGroups, ...ofBuilds])]
}

/** What a client says of a new tester. */
export interface NewTester {
  readonly email: string
  readonly firstName: string | null
  readonly lastName: string | null
  readonly groupIds: readonly string[]
  readonly buildIds: readonly string[]
}

/** Invites a tester. Who is one already gets the further groups; who gets nothing further is refused as known. */
export function createTester(scene: Scene, wish: NewTester): BetaTesterRecord {
  if (!EMAIL.test(wish.email))
    throw invalidAttribute('email', `'${wish.email.slice(0, 100)}' is not a valid e-mail address`)
  const groups = wish.groupIds.map((id) => groupOf(scene, id))
  for (const group of groups) checkMember(scene, wish.email, group)
  const store = storeOf(scene.team, betaTesters)
  const [known] = store.by('email', wish.email.toLowerCase())
  if (known !== undefined && groups.every((group) => known.groupIds.includes(group.id)) && wish.buildIds.length === 0) {
    throw conflict(`The tester '${wish.email}' already exists`, '/data/attributes/email')
  }
  const { email, firstName, lastName } = wish
  const isInvited = groups.length > 0 || wish.buildIds.length > 0
  const record =
    known ??
    store.add({
      id: newUuid(scene.world.random),
      visibleAt: visibleAt(scene, betaTesters.name),
      email,
      firstName,
      lastName,
      inviteType: 'EMAIL',
      state: isInvited ? 'INVITED' : 'NOT_INVITED',
      groupIds: [],
    })
  linkBuildsOfTester(scene, record, wish.buildIds, 'add')
  return groups.reduce((tester, group) => linkTesterToGroup(scene, tester, group), record)
}

/** Gives single builds to a tester, or takes them away. */
export function linkBuildsOfTester(
  scene: Scene,
  record: BetaTesterRecord,
  ids: readonly string[],
  how: 'add' | 'remove',
): void {
  for (const id of ids) {
    const build = storeOf(scene.team, builds).get(id)
    if (build === undefined)
      throw invalidRelationship('builds', `There is no resource of type 'builds' with id '${id}'`)
    linkTesters(scene, build, [record.id], how)
  }
}

/** Takes a tester out of everything of some apps. */
export function leaveApps(scene: Scene, record: BetaTesterRecord, appIds: readonly string[]): BetaTesterRecord {
  for (const build of storeOf(scene.team, builds).by('tester', record.id)) {
    if (appIds.includes(build.appId)) linkTesters(scene, build, [record.id], 'remove')
  }
  const groupIds = record.groupIds.filter((id) => {
    const group = storeOf(scene.team, betaGroups).get(id)
    return group !== undefined && !appIds.includes(group.appId)
  })
  return storeOf(scene.team, betaTesters).change(record, { groupIds })
}

/** Forgets a tester. */
export function deleteTester(scene: Scene, record: BetaTesterRecord): void {
  for (const build of storeOf(scene.team, builds).by('tester', record.id)) {
    linkTesters(scene, build, [record.id], 'remove')
  }
  storeOf(scene.team, betaTesters).remove(record.id)
}
