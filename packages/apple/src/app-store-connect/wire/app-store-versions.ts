import type { AppStoreReviewDetail } from './app-store-review-details.ts'
import type { AppStoreVersionPhasedRelease } from './app-store-version-phased-releases.ts'
import { type Attributes, choice, flag, text, time } from './shape.ts'
import { storePlatform } from './store-platforms.ts'

/** The documented states of a version. */
export const APP_VERSION_STATES = [
  'ACCEPTED',
  'DEVELOPER_REJECTED',
  'IN_REVIEW',
  'INVALID_BINARY',
  'METADATA_REJECTED',
  'PENDING_APPLE_RELEASE',
  'PENDING_DEVELOPER_RELEASE',
  'PREPARE_FOR_SUBMISSION',
  'PROCESSING_FOR_DISTRIBUTION',
  'READY_FOR_DISTRIBUTION',
  'READY_FOR_REVIEW',
  'REJECTED',
  'REPLACED_WITH_NEW_VERSION',
  'WAITING_FOR_EXPORT_COMPLIANCE',
  'WAITING_FOR_REVIEW',
] as const

/** How an approved version gets to its users. */
export const RELEASE_TYPES = ['MANUAL', 'AFTER_APPROVAL', 'SCHEDULED'] as const

/** Attributes of a version. Source: Apple's document, schema `AppStoreVersion`. */
export const appStoreVersionShape = {
  platform: storePlatform,
  versionString: text,
  appVersionState: choice(APP_VERSION_STATES),
  copyright: text,
  releaseType: choice(RELEASE_TYPES),
  earliestReleaseDate: time,
  downloadable: flag,
  createdDate: time,
}

/** A version of an app in the store. */
export type AppStoreVersion = { readonly id: string } & Attributes<typeof appStoreVersionShape>

/** A version with what belongs to it, as far as it was asked for and is there. */
export type AppStoreVersionWithRelated = AppStoreVersion & {
  readonly reviewDetail?: AppStoreReviewDetail
  readonly phasedRelease?: AppStoreVersionPhasedRelease
  readonly buildId?: string
}
