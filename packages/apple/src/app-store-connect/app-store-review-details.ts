import type { Perform } from '../transport/task.ts'
import { type RawResource, readResource } from './document.ts'
import { reference } from './operations.ts'
import { below, createOne, modifyOne, readBelow } from './store-resource.ts'
import { type AppStoreReviewDetail, appStoreReviewDetailShape } from './wire/app-store-review-details.ts'

/** What to tell App Review; null empties a field. */
export type ReviewDetailChanges = {
  readonly [K in keyof typeof appStoreReviewDetailShape]?: string | boolean | null
}

/** Whom App Review may call, and how it signs in. */
export interface AppStoreReviewDetails {
  /** What a version tells. Source: Apple, "Read the App Store review details resource information of an App Store version". */
  readOf(versionId: string): Promise<AppStoreReviewDetail | undefined>
  /** Source: Apple, "Create an App Store review detail". */
  create(detail: ReviewDetailChanges & { readonly versionId: string }): Promise<AppStoreReviewDetail>
  /** Source: Apple, "Modify an App Store review detail". */
  modify(id: string, changes: ReviewDetailChanges): Promise<AppStoreReviewDetail>
}

const kind = {
  type: 'appStoreReviewDetails',
  read: (raw: RawResource): AppStoreReviewDetail => readResource(appStoreReviewDetailShape, raw),
}

/** The operations on what App Review is told. */
export function createAppStoreReviewDetails(perform: Perform): AppStoreReviewDetails {
  const readOf = (versionId: string) =>
    readBelow(perform, kind, below('appStoreVersions', versionId, 'appStoreReviewDetail'))
  return {
    readOf,
    create: ({ versionId, ...attributes }) =>
      createOne(
        perform,
        kind,
        { attributes, relationships: { appStoreVersion: reference('appStoreVersions', versionId) } },
        () => readOf(versionId),
      ),
    modify: (id, changes) => modifyOne(perform, kind, id, { attributes: { ...changes } }),
  }
}
