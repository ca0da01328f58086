import { newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { apps } from '../apps/state.ts'
import { betaGroups } from '../beta-groups/store.ts'
import { betaTesters } from '../beta-testers/store.ts'
import { conflict, duplicateAttribute, invalidRelationship, stateError } from '../json-api/errors.ts'
import { tell } from '../webhooks/tell.ts'
import { externalStateOf, processingStateOf } from './states.ts'
import { type BuildRecord, builds, type PreReleaseVersionRecord, preReleaseVersions } from './store.ts'

/** What an upload brings. */
export interface NewBuild {
  readonly appId: string
  readonly platform: string
  /** CFBundleShortVersionString. */
  readonly versionString: string
  /** CFBundleVersion. */
  readonly version: string
  /** What processing makes of it; default VALID. */
  readonly processingState?: BuildRecord['processingState']
  /** The id that it shall have; default a new one. */
  readonly id?: string
  /** How long it is not listed yet; default nothing beyond the settings. */
  readonly appearsMs?: number
  /** How long that takes; default nothing. */
  readonly processingMs?: number
  readonly usesNonExemptEncryption?: boolean | null
  readonly minOsVersion?: string | null
  readonly audience?: BuildRecord['audience']
}

function trainOf(scene: Scene, { appId, platform, versionString: version }: NewBuild): PreReleaseVersionRecord {
  const store = storeOf(scene.team, preReleaseVersions)
  const known = store.by('app', appId).find((one) => one.platform === platform && one.version === version)
  if (known !== undefined) return known
  const id = newUuid(scene.world.random)
  return store.add({ id, visibleAt: visibleAt(scene, preReleaseVersions.name), appId, platform, version })
}

/** Tells the app's webhooks when outside testers see another state. */
function tellExternalState(scene: Scene, { appId, id }: BuildRecord, before: string, after: string): void {
  if (before === after) return
  const states = { oldExternalBuildState: before, newExternalBuildState: after }
  tell(scene, appId, 'BUILD_BETA_DETAIL_EXTERNAL_BUILD_STATE_UPDATED', states, { type: 'buildBetaDetails', id })
}

/** Tells that a build is processed when its time has come, unless something else was decided until then. */
function tellProcessed({ world, team }: Scene, { id, processedAt }: BuildRecord): void {
  world.agenda.at(processedAt, () => {
    const scene = { world, team, now: world.clock.now() }
    const record = storeOf(team, builds).get(id)
    if (record?.processedAt === processedAt)
      tellExternalState(scene, record, 'PROCESSING', externalStateOf(scene, record))
  })
}

/** Changes a build without asking for rules. */
export function moveBuild(
  scene: Scene,
  record: BuildRecord,
  changes: Partial<Omit<BuildRecord, 'id' | 'seq'>>,
): BuildRecord {
  const before = externalStateOf(scene, record)
  const moved = storeOf(scene.team, builds).change(record, changes)
  tellExternalState(scene, moved, before, externalStateOf(scene, moved))
  if (moved.processedAt > scene.now && moved.processedAt !== record.processedAt) tellProcessed(scene, moved)
  return moved
}

/** Receives a build, as the end of an upload does. A build number is used once in a train. */
export function addBuild(scene: Scene, wish: NewBuild): BuildRecord {
  if (storeOf(scene.team, apps).get(wish.appId) === undefined) {
    throw invalidRelationship('app', `There is no resource of type 'apps' with id '${wish.appId}'`)
  }
  const train = trainOf(scene, wish)
  const store = storeOf(scene.team, builds)
  if (store.by('preReleaseVersion', train.id).some((one) => one.version === wish.version)) {
    throw duplicateAttribute('version', `The bundle version '${wish.version}' has already been used`)
  }
  const record = store.add({
    id: wish.id ?? newUuid(scene.world.random),
    visibleAt: visibleAt(scene, builds.name) + (wish.appearsMs ?? 0),
    appId: wish.appId,
    preReleaseVersionId: train.id,
    version: wish.version,
    processingState: wish.processingState ?? 'VALID',
    processedAt: scene.now + (wish.processingMs ?? 0),
    uploadedAt: scene.now,
    isEnded: false,
    minOsVersion: wish.minOsVersion ?? null,
    usesNonExemptEncryption: wish.usesNonExemptEncryption ?? null,
    audience: wish.audience ?? 'APP_STORE_ELIGIBLE',
    autoNotifyEnabled: false,
    betaReview: null,
    betaGroupIds: [],
    testerIds: [],
  })
  tellProcessed(scene, record)
  return record
}

/** Ends a build's tests, or answers the question about encryption: once. */
export function changeBuild(
  scene: Scene,
  record: BuildRecord,
  changes: { readonly expired?: boolean; readonly usesNonExemptEncryption?: boolean },
): BuildRecord {
  const { expired, usesNonExemptEncryption } = changes
  const answer = record.usesNonExemptEncryption
  if (usesNonExemptEncryption !== undefined && answer !== null && answer !== usesNonExemptEncryption) {
    throw stateError('The encryption value of a build can be set once', '/data/attributes/usesNonExemptEncryption')
  }
  if (expired === false && record.isEnded) throw stateError('An expired build can not be made active again')
  return moveBuild(scene, record, {
    ...(expired === true ? { isEnded: true } : {}),
    ...(usesNonExemptEncryption === undefined ? {} : { usesNonExemptEncryption }),
  })
}

/** How a linkage is changed. */
export type How = 'add' | 'replace' | 'remove'

/** A list of ids after a change of linkage. */
export function linkedList(present: readonly string[], ids: readonly string[], how: How): string[] {
  if (how === 'replace') return [...new Set(ids)]
  return how === 'add' ? [...new Set([...present, ...ids])] : present.filter((id) => !ids.includes(id))
}

/** Gives a build to groups, or takes it from them. */
export function linkGroups(scene: Scene, record: BuildRecord, ids: readonly string[], how: How): BuildRecord {
  for (const id of ids) {
    const group = storeOf(scene.team, betaGroups).get(id)
    if (group === undefined || group.appId !== record.appId) {
      throw invalidRelationship('betaGroups', `There is no resource of type 'betaGroups' with id '${id}' for this app`)
    }
    if (how !== 'add') continue
    if (group.hasAccessToAllBuilds) throw conflict(`The group '${group.name}' has access to all builds`)
    if (processingStateOf(scene, record) !== 'VALID') {
      throw stateError('The build is not in a state in which it can be tested')
    }
  }
  return storeOf(scene.team, builds).change(record, { betaGroupIds: linkedList(record.betaGroupIds, ids, how) })
}

/** Gives a build to single testers, or takes it from them. */
export function linkTesters(scene: Scene, record: BuildRecord, ids: readonly string[], how: How): BuildRecord {
  const unknown = ids.find((id) => storeOf(scene.team, betaTesters).get(id) === undefined)
  if (unknown !== undefined) {
    throw invalidRelationship('individualTesters', `There is no resource of type 'betaTesters' with id '${unknown}'`)
  }
  return storeOf(scene.team, builds).change(record, { testerIds: linkedList(record.testerIds, ids, how) })
}
