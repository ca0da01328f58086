import { metadataErrors } from '@cordon/delivery/engine/metadata/errors'
import type { StoreVersion } from '@cordon/delivery/engine/metadata/port'
import { requireFreeWay, versionToWrite } from '@cordon/delivery/engine/metadata/standing'
import type { StorePlatform } from '@cordon/delivery/engine/platforms'
import { IN_DRAFT } from '@cordon/delivery/engine/review/draft'

/** States in which App Review has a version. */
export const IN_REVIEW: ReadonlySet<string> = new Set(['WAITING_FOR_REVIEW', 'IN_REVIEW'])

/** What a run wants of a version besides a build. */
export interface VersionWish {
  readonly platform: StorePlatform
  readonly version: string | undefined
  /** That which the files of the page name. */
  readonly versionOfFiles: string | undefined
  /** Apple does not have the build yet. */
  readonly isNewBuild: boolean
  /** Texts or screenshots are written. */
  readonly hasParts: boolean
  readonly updatesVersion: boolean
  readonly submitsForReview: boolean
}

/**
 * Refuses what the store page would refuse when the build has gone up. What an earlier run has handed in may stand, but takes no other
 * build. Throws `metadata.version_in_the_way`, `metadata.version_not_editable`, `metadata.version_missing`.
 */
export function requireWritable(versions: readonly StoreVersion[], wish: VersionWish): void {
  const { platform, version, hasParts, updatesVersion, submitsForReview } = wish
  if (submitsForReview && version !== undefined) requireFreeWay(versions, version)
  const named = hasParts && !updatesVersion ? wish.versionOfFiles : version
  try {
    versionToWrite(versions, { platform, version: named, updatesVersion })
  } catch (error) {
    if (!isBorne(error, versions, wish)) throw error
  }
}

function isBorne(error: unknown, versions: readonly StoreVersion[], wish: VersionWish): boolean {
  // Testers get the build, and the page is left as it is.
  if (!wish.submitsForReview) return metadataErrors.version_in_the_way.is(error)
  if (!metadataErrors.version_not_editable.is(error)) return false
  const state = versions.find(({ version }) => version === wish.version)?.state ?? ''
  return state === IN_DRAFT || (IN_REVIEW.has(state) && !wish.isNewBuild)
}
