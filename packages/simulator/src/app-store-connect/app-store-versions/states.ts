/** `appVersionState` and its older twin `appStoreState`, in Apple's spelling. Source: Apple's document. */
export const VERSION_STATES: Readonly<Record<string, string>> = {
  ACCEPTED: 'ACCEPTED',
  DEVELOPER_REJECTED: 'DEVELOPER_REJECTED',
  IN_REVIEW: 'IN_REVIEW',
  INVALID_BINARY: 'INVALID_BINARY',
  METADATA_REJECTED: 'METADATA_REJECTED',
  PENDING_APPLE_RELEASE: 'PENDING_APPLE_RELEASE',
  PENDING_DEVELOPER_RELEASE: 'PENDING_DEVELOPER_RELEASE',
  PREPARE_FOR_SUBMISSION: 'PREPARE_FOR_SUBMISSION',
  PROCESSING_FOR_DISTRIBUTION: 'PROCESSING_FOR_APP_STORE',
  READY_FOR_DISTRIBUTION: 'READY_FOR_SALE',
  READY_FOR_REVIEW: 'READY_FOR_REVIEW',
  REJECTED: 'REJECTED',
  REPLACED_WITH_NEW_VERSION: 'REPLACED_WITH_NEW_VERSION',
  WAITING_FOR_EXPORT_COMPLIANCE: 'WAITING_FOR_EXPORT_COMPLIANCE',
  WAITING_FOR_REVIEW: 'WAITING_FOR_REVIEW',
}

/** Values of `filter[appStoreState]`: also states that no simulated version reaches. */
export const APP_STORE_STATES: readonly string[] = [
  ...new Set(Object.values(VERSION_STATES)),
  'DEVELOPER_REMOVED_FROM_SALE',
  'PENDING_CONTRACT',
  'PREORDER_READY_FOR_SALE',
  'REMOVED_FROM_SALE',
  'NOT_APPLICABLE',
]

const EDITABLE: ReadonlySet<string> = new Set([
  'PREPARE_FOR_SUBMISSION',
  'DEVELOPER_REJECTED',
  'REJECTED',
  'METADATA_REJECTED',
  'INVALID_BINARY',
])
const RELEASED: ReadonlySet<string> = new Set(['READY_FOR_DISTRIBUTION', 'REPLACED_WITH_NEW_VERSION'])

/** Whether texts, pictures and the build of a version can be changed. */
export function isEditable(state: string): boolean {
  return EDITABLE.has(state)
}

/** Whether a version has been on sale. */
export function isReleased(state: string): boolean {
  return RELEASED.has(state)
}

/** Platforms of versions and builds. */
export const STORE_PLATFORMS = ['IOS', 'MAC_OS', 'TV_OS', 'VISION_OS'] as const
