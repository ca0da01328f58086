import type { Answer } from '../transport/answer.ts'
import type { Perform } from '../transport/task.ts'
import { includedOf, type RawResource, readResource, relatedId } from './document.ts'
import { reference } from './operations.ts'
import type { Listed } from './paging.ts'
import { below, createOne, deleteOne, linkAt, listAt, modifyOne, readBelow, readOne } from './store-resource.ts'
import { appStoreReviewDetailShape } from './wire/app-store-review-details.ts'
import { appStoreVersionPhasedReleaseShape } from './wire/app-store-version-phased-releases.ts'
import {
  type AppStoreVersion,
  type AppStoreVersionWithRelated,
  appStoreVersionShape,
  type RELEASE_TYPES,
} from './wire/app-store-versions.ts'
import { type Shape, text } from './wire/shape.ts'
import type { StorePlatform } from './wire/store-platforms.ts'

/** What can be written of a version; null empties it. */
export interface AppStoreVersionChanges {
  readonly versionString?: string
  readonly copyright?: string | null
  readonly releaseType?: (typeof RELEASE_TYPES)[number]
  /** ISO 8601; only with `SCHEDULED`. */
  readonly earliestReleaseDate?: string | null
}

/** Versions of apps in the store. */
export interface AppStoreVersions {
  /**
   * The versions of an app, with what App Review is told, the phased release and the build of each.
   * Source: Apple, "List all App Store versions for an app".
   */
  listOf(appId: string, filter?: { readonly platform?: StorePlatform }): Promise<Listed<AppStoreVersionWithRelated>>
  /** One version. Source: Apple, "Read app store version information". */
  read(id: string): Promise<AppStoreVersionWithRelated>
  /** Makes a version; Apple takes one in preparation per platform. Source: Apple, "Create an App Store version". */
  create(
    version: AppStoreVersionChanges & {
      readonly appId: string
      readonly platform: StorePlatform
      readonly versionString: string
    },
  ): Promise<AppStoreVersion>
  /** Changes a version. Source: Apple, "Modify an App Store version". */
  modify(id: string, changes: AppStoreVersionChanges): Promise<AppStoreVersion>
  /** Deletes a version that was never on sale. Source: Apple, "Delete an App Store version". */
  delete(id: string): Promise<void>
  /** Attaches a build that Apple has processed. Source: Apple, "Modify the build for an App Store version". */
  attachBuild(id: string, buildId: string): Promise<void>
  /** Releases an approved version that waits for its developer. Source: Apple, "Manually release an App Store approved version". */
  release(id: string): Promise<void>
}

const RELATED = ['appStoreReviewDetail', 'appStoreVersionPhasedRelease', 'build']
const kind = { type: 'appStoreVersions', read: readVersion }
const build = { type: 'builds', read: (raw: RawResource) => readResource({ version: text }, raw) }

/** The operations on versions. */
export function createAppStoreVersions(perform: Perform): AppStoreVersions {
  const listOf: AppStoreVersions['listOf'] = (appId, { platform } = {}) =>
    listAt(perform, kind, below('apps', appId, 'appStoreVersions'), {
      include: RELATED,
      ...(platform !== undefined && { 'filter[platform]': platform }),
    })

  return {
    listOf,
    read: (id) => readOne(perform, kind, id, { include: RELATED }),
    create: ({ appId, platform, ...attributes }) =>
      createOne(
        perform,
        kind,
        { attributes: { platform, ...attributes }, relationships: { app: reference('apps', appId) } },
        async () =>
          (await listOf(appId, { platform })).items.find((one) => one.versionString === attributes.versionString),
      ),
    modify: (id, changes) => modifyOne<AppStoreVersion>(perform, kind, id, { attributes: { ...changes } }),
    delete: (id) => deleteOne(perform, kind, id),
    attachBuild: (id, buildId) =>
      linkAt(
        perform,
        below(kind.type, id, 'relationships/build'),
        reference('builds', buildId),
        async () => (await readBelow(perform, build, below(kind.type, id, 'build')))?.id === buildId,
      ),
    release: async (id) => {
      const type = 'appStoreVersionReleaseRequests'
      await createOne(
        perform,
        { type, read: ({ id: made }) => ({ id: made }) },
        { relationships: { appStoreVersion: reference(kind.type, id) } },
        async () => {
          const { appVersionState } = await readOne(perform, kind, id)
          return appVersionState === 'PENDING_DEVELOPER_RELEASE' ? undefined : { id }
        },
      )
    },
  }
}

function readVersion(raw: RawResource, answers: readonly Answer[]): AppStoreVersionWithRelated {
  const included = <S extends Shape>(name: string, type: string, shape: S) => {
    const id = relatedId(raw, name)
    const found = answers.flatMap((answer) => includedOf(answer, type)).find((one) => one.id === id)
    return found === undefined ? undefined : readResource(shape, found)
  }
  const reviewDetail = included('appStoreReviewDetail', 'appStoreReviewDetails', appStoreReviewDetailShape)
  const phasedRelease = included(
    'appStoreVersionPhasedRelease',
    'appStoreVersionPhasedReleases',
    appStoreVersionPhasedReleaseShape,
  )
  const buildId = relatedId(raw, 'build')
  return {
    ...readResource(appStoreVersionShape, raw),
    ...(reviewDetail !== undefined && { reviewDetail }),
    ...(phasedRelease !== undefined && { phasedRelease }),
    ...(buildId !== undefined && { buildId }),
  }
}
