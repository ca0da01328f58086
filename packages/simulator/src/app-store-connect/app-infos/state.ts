import { newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { type AppInfoLocalizationRecord, appInfoLocalizations } from '../app-info-localizations/store.ts'
import { type AppInfoRecord, appInfos } from './store.ts'

/** The state of an app info that belongs to a version in this state. */
const OF_VERSION: Readonly<Record<string, string>> = {
  ACCEPTED: 'ACCEPTED',
  DEVELOPER_REJECTED: 'DEVELOPER_REJECTED',
  IN_REVIEW: 'IN_REVIEW',
  INVALID_BINARY: 'REJECTED',
  METADATA_REJECTED: 'REJECTED',
  PENDING_APPLE_RELEASE: 'PENDING_RELEASE',
  PENDING_DEVELOPER_RELEASE: 'PENDING_RELEASE',
  PREPARE_FOR_SUBMISSION: 'PREPARE_FOR_SUBMISSION',
  PROCESSING_FOR_DISTRIBUTION: 'PENDING_RELEASE',
  READY_FOR_DISTRIBUTION: 'READY_FOR_DISTRIBUTION',
  READY_FOR_REVIEW: 'READY_FOR_REVIEW',
  REJECTED: 'REJECTED',
  REPLACED_WITH_NEW_VERSION: 'REPLACED_WITH_NEW_INFO',
  WAITING_FOR_EXPORT_COMPLIANCE: 'WAITING_FOR_REVIEW',
  WAITING_FOR_REVIEW: 'WAITING_FOR_REVIEW',
}
/** `appStoreState`, where it is another word than `state`. */
const OLD_WORDS: Readonly<Record<string, string>> = {
  PENDING_RELEASE: 'PENDING_DEVELOPER_RELEASE',
  READY_FOR_DISTRIBUTION: 'READY_FOR_SALE',
  REPLACED_WITH_NEW_INFO: 'REPLACED_WITH_NEW_VERSION',
}
const EDITABLE: ReadonlySet<string> = new Set(['PREPARE_FOR_SUBMISSION', 'DEVELOPER_REJECTED', 'REJECTED'])
const LIVE = 'READY_FOR_DISTRIBUTION'

/** The older `appStoreState` of an app info. */
export function oldStateOf(record: AppInfoRecord): string {
  return OLD_WORDS[record.state] ?? record.state
}

/** Whether names and categories can be changed in it. */
export function isInfoEditable(record: AppInfoRecord): boolean {
  return EDITABLE.has(record.state)
}

/** The app's infos, the live one first. */
export function infosOf(scene: Scene, appId: string): AppInfoRecord[] {
  return storeOf(scene.team, appInfos).by('app', appId)
}

/** The app info that is not live; `undefined` when the only one is. */
export function pendingInfoOf(scene: Scene, appId: string): AppInfoRecord | undefined {
  return infosOf(scene, appId).find((record) => record.state !== LIVE)
}

/** The languages of an app info, oldest first. */
export function infoLocalizationsOf(scene: Scene, appInfoId: string): AppInfoLocalizationRecord[] {
  return storeOf(scene.team, appInfoLocalizations).by('appInfo', appInfoId)
}

/** Makes an app info that can be edited. */
export function addAppInfo(
  scene: Scene,
  appId: string,
  { categories = {}, ageRating = {} }: Partial<Pick<AppInfoRecord, 'categories' | 'ageRating'>> = {},
): AppInfoRecord {
  return storeOf(scene.team, appInfos).add({
    id: newUuid(scene.world.random),
    visibleAt: visibleAt(scene, appInfos.name),
    appId,
    state: 'PREPARE_FOR_SUBMISSION',
    categories,
    ageRating,
  })
}

/** Adds a language to an app info without asking for rules. */
export function addInfoLocalization(
  scene: Scene,
  wish: Omit<AppInfoLocalizationRecord, 'id' | 'seq' | 'visibleAt'>,
): AppInfoLocalizationRecord {
  return storeOf(scene.team, appInfoLocalizations).add({
    ...wish,
    id: newUuid(scene.world.random),
    visibleAt: visibleAt(scene, appInfoLocalizations.name),
  })
}

/** The app info to edit while a version is prepared: a copy of the live one, unless it is there. */
export function ensurePendingInfo(scene: Scene, appId: string): AppInfoRecord {
  const pending = pendingInfoOf(scene, appId)
  if (pending !== undefined) return pending
  const [live] = infosOf(scene, appId)
  const copy = addAppInfo(scene, appId, live)
  for (const { id: _id, seq: _seq, visibleAt: _visibleAt, ...texts } of live === undefined
    ? []
    : infoLocalizationsOf(scene, live.id)) {
    addInfoLocalization(scene, { ...texts, appInfoId: copy.id })
  }
  return copy
}

function removeInfo(scene: Scene, record: AppInfoRecord): void {
  for (const localization of infoLocalizationsOf(scene, record.id)) {
    storeOf(scene.team, appInfoLocalizations).remove(localization.id)
  }
  storeOf(scene.team, appInfos).remove(record.id)
}

/** Follows a version's state: the info that is edited goes the same way, and replaces the live one when it is on sale. */
export function followVersion(scene: Scene, appId: string, versionState: string): void {
  const state = OF_VERSION[versionState]
  const pending = pendingInfoOf(scene, appId)
  if (state === undefined || pending === undefined) return
  if (state === LIVE) {
    for (const live of infosOf(scene, appId).filter((record) => record.state === LIVE)) removeInfo(scene, live)
  }
  storeOf(scene.team, appInfos).change(pending, { state })
}
