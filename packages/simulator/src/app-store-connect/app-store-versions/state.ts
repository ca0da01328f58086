import { newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { ensurePendingInfo, followVersion } from '../app-infos/state.ts'
import {
  addVersionLocalization,
  copyVersionLocalizations,
  removeVersionLocalization,
  versionLocalizationsOf,
} from '../app-store-version-localizations/state.ts'
import { startPhasedRelease } from '../app-store-version-phased-releases/state.ts'
import { type AppRecord, apps } from '../apps/state.ts'
import { isBuildExpired, processingStateOf } from '../builds/states.ts'
import { type BuildRecord, builds, preReleaseVersions } from '../builds/store.ts'
import { duplicateAttribute, invalidAttribute, invalidRelationship, stateError } from '../json-api/errors.ts'
import { tell } from '../webhooks/tell.ts'
import { isEditable, isReleased } from './states.ts'
import { type VersionRecord, versions } from './store.ts'

/** What a client may say of a version. */
export type VersionChanges = Partial<
  Pick<
    VersionRecord,
    'copyright' | 'reviewType' | 'releaseType' | 'earliestReleaseDate' | 'usesIdfa' | 'downloadable' | 'versionString'
  >
>

const VERSION_FORM = /^\d{1,18}(\.\d{1,18}){0,2}$/

/** The app's versions, the newest first, as Apple lists them. */
export function versionsOf(scene: Scene, appId: string): VersionRecord[] {
  return storeOf(scene.team, versions).by('app', appId)
}

function checkVersionString(scene: Scene, appId: string, platform: string, versionString: string): void {
  if (!VERSION_FORM.test(versionString)) {
    throw invalidAttribute('versionString', `'${versionString.slice(0, 40)}' is not a valid version number`)
  }
  const isUsed = versionsOf(scene, appId).some(
    (one) => one.platform === platform && one.versionString === versionString,
  )
  if (isUsed) throw duplicateAttribute('versionString', 'The version number has been previously used.')
}

/** Refuses a build that is not there, not ready, or of another app, version or platform. */
function checkBuild(
  scene: Scene,
  version: Pick<VersionRecord, 'appId' | 'platform' | 'versionString'>,
  id: string,
): BuildRecord {
  const build = storeOf(scene.team, builds).get(id)
  const train = storeOf(scene.team, preReleaseVersions).get(build?.preReleaseVersionId ?? '')
  if (build === undefined || train === undefined || train.appId !== version.appId) {
    throw invalidRelationship('build', `There is no resource of type 'builds' with id '${id}' for this app`)
  }
  const isFit = train.platform === version.platform && train.version === version.versionString
  if (isFit && processingStateOf(scene, build) === 'VALID' && !isBuildExpired(scene, build)) return build
  throw invalidRelationship('build', 'The specified pre-release build could not be added.')
}

/** Makes a version without asking whether the app may have one; in its first language when there is no older version. */
export function addVersion(
  scene: Scene,
  app: AppRecord,
  platform: string,
  versionString: string,
  changes: VersionChanges = {},
): VersionRecord {
  const last = versionsOf(scene, app.id).findLast((one) => one.platform === platform)
  const record = storeOf(scene.team, versions).add({
    copyright: last?.copyright ?? null,
    reviewType: 'APP_STORE',
    releaseType: last?.releaseType ?? 'AFTER_APPROVAL',
    earliestReleaseDate: null,
    usesIdfa: null,
    downloadable: true,
    ...changes,
    id: newUuid(scene.world.random),
    visibleAt: visibleAt(scene, versions.name),
    appId: app.id,
    platform,
    versionString,
    state: 'PREPARE_FOR_SUBMISSION',
    createdAt: scene.now,
    buildId: null,
  })
  if (last === undefined) addVersionLocalization(scene, record.id, app.primaryLocale)
  else copyVersionLocalizations(scene, last, record)
  ensurePendingInfo(scene, app.id)
  return record
}

/** Makes a version for a client: one at a time per platform may be on its way to the store. */
export function createVersion(
  scene: Scene,
  appId: string,
  wish: VersionChanges & { readonly platform: string; readonly versionString: string },
  buildId: string | undefined,
): VersionRecord {
  const { platform, versionString, ...changes } = wish
  const app = storeOf(scene.team, apps).get(appId)
  if (app === undefined) throw invalidRelationship('app', `There is no resource of type 'apps' with id '${appId}'`)
  checkVersionString(scene, appId, platform, versionString)
  if (versionsOf(scene, appId).some((one) => one.platform === platform && !isReleased(one.state))) {
    throw invalidRelationship('app', 'You cannot create a new version of the App in the current state.')
  }
  if (buildId !== undefined) checkBuild(scene, { appId, platform, versionString }, buildId)
  const record = addVersion(scene, app, platform, versionString, changes)
  return buildId === undefined ? record : storeOf(scene.team, versions).change(record, { buildId })
}

function demandEditable(record: VersionRecord): void {
  if (isEditable(record.state)) return
  throw stateError(`The version can not be changed in the state '${record.state}'`)
}

/** Changes a version for a client. */
export function changeVersion(scene: Scene, record: VersionRecord, changes: VersionChanges): VersionRecord {
  const { versionString } = changes
  // Whether a version on sale can be downloaded is all that can be said of it afterwards.
  const isOnlyDownloads = Object.keys(changes).every((name) => name === 'downloadable')
  if (!isOnlyDownloads) demandEditable(record)
  if (versionString !== undefined && versionString !== record.versionString) {
    checkVersionString(scene, record.appId, record.platform, versionString)
  }
  return storeOf(scene.team, versions).change(record, changes)
}

/** Chooses the build of a version, or none. */
export function chooseBuild(scene: Scene, record: VersionRecord, buildId: string | undefined): VersionRecord {
  demandEditable(record)
  if (buildId !== undefined) checkBuild(scene, record, buildId)
  return storeOf(scene.team, versions).change(record, { buildId: buildId ?? null })
}

/** Deletes a version that nobody has seen yet. */
export function deleteVersion(scene: Scene, record: VersionRecord): void {
  demandEditable(record)
  for (const localization of versionLocalizationsOf(scene, record.id)) removeVersionLocalization(scene, localization)
  storeOf(scene.team, versions).remove(record.id)
}

/** Moves a version to a state, as review and release do: the version on sale is replaced, and the app's info follows. */
export function moveVersion(scene: Scene, record: VersionRecord, state: string): VersionRecord {
  const store = storeOf(scene.team, versions)
  if (state === 'READY_FOR_DISTRIBUTION') {
    for (const one of versionsOf(scene, record.appId)) {
      const isReplaced = one.id !== record.id && one.platform === record.platform && one.state === state
      if (isReplaced) store.change(one, { state: 'REPLACED_WITH_NEW_VERSION' })
    }
  }
  const moved = store.change(record, { state })
  if (state === 'READY_FOR_DISTRIBUTION') startPhasedRelease(scene, record.id)
  followVersion(scene, record.appId, state)
  const values = { oldValue: record.state, newValue: state }
  const instance = { type: versions.name, id: record.id }
  tell(scene, record.appId, 'APP_STORE_VERSION_APP_VERSION_STATE_UPDATED', values, instance)
  return moved
}
