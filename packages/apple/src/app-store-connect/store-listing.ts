import type { Perform } from '../transport/task.ts'
import { type AgeRatingDeclarations, createAgeRatingDeclarations } from './age-rating-declarations.ts'
import { type AppInfoLocalizations, createAppInfoLocalizations } from './app-info-localizations.ts'
import { type AppInfos, createAppInfos } from './app-infos.ts'
import { type AppPreviews, createAppPreviews } from './app-previews.ts'
import { type AppScreenshots, createAppScreenshots } from './app-screenshots.ts'
import { type AppStoreReviewDetails, createAppStoreReviewDetails } from './app-store-review-details.ts'
import {
  type AppStoreVersionLocalizations,
  createAppStoreVersionLocalizations,
} from './app-store-version-localizations.ts'
import {
  type AppStoreVersionPhasedReleases,
  createAppStoreVersionPhasedReleases,
} from './app-store-version-phased-releases.ts'
import { type AppStoreVersions, createAppStoreVersions } from './app-store-versions.ts'
import { createReviewSubmissions, type ReviewSubmissions } from './review-submissions.ts'

/** What the store shows of an app, and its way through App Review: the same with a key and with a person's session. */
export interface StoreListing {
  readonly appStoreVersions: AppStoreVersions
  readonly appStoreVersionLocalizations: AppStoreVersionLocalizations
  readonly appInfos: AppInfos
  readonly appInfoLocalizations: AppInfoLocalizations
  readonly ageRatingDeclarations: AgeRatingDeclarations
  readonly appScreenshots: AppScreenshots
  readonly appPreviews: AppPreviews
  readonly appStoreReviewDetails: AppStoreReviewDetails
  readonly appStoreVersionPhasedReleases: AppStoreVersionPhasedReleases
  readonly reviewSubmissions: ReviewSubmissions
}

/** The operations on what the store shows. */
export function createStoreListing(perform: Perform): StoreListing {
  return {
    appStoreVersions: createAppStoreVersions(perform),
    appStoreVersionLocalizations: createAppStoreVersionLocalizations(perform),
    appInfos: createAppInfos(perform),
    appInfoLocalizations: createAppInfoLocalizations(perform),
    ageRatingDeclarations: createAgeRatingDeclarations(perform),
    appScreenshots: createAppScreenshots(perform),
    appPreviews: createAppPreviews(perform),
    appStoreReviewDetails: createAppStoreReviewDetails(perform),
    appStoreVersionPhasedReleases: createAppStoreVersionPhasedReleases(perform),
    reviewSubmissions: createReviewSubmissions(perform),
  }
}
