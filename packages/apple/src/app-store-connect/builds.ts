import type { Answer } from '../transport/answer.ts'
import type { Perform } from '../transport/task.ts'
import { includedOf, oneOf, type RawResource, readResource, relatedId } from './document.ts'
import { modifyResource, readResourceAt, references, targetIn } from './operations.ts'
import { type Listed, readList } from './paging.ts'
import {
  type Build,
  type BuildBetaDetail,
  type BuildWithVersion,
  buildBetaDetailShape,
  buildShape,
  type PreReleaseVersion,
  preReleaseVersionShape,
} from './wire/builds.ts'
import type { StorePlatform } from './wire/store-platforms.ts'

const COLLECTION = '/v1/builds'

/** Builds that App Store Connect has received. */
export interface Builds {
  /** Builds of an app, all or some, with their versions; all is compared exactly. Source: Apple, "List builds". */
  list(filter: {
    readonly app: string
    readonly version?: string | undefined
    readonly buildNumber?: string | undefined
    readonly platform?: StorePlatform | undefined
    readonly expired?: boolean | undefined
  }): Promise<Listed<BuildWithVersion>>
  /** One build. Source: Apple, "Read build information". */
  read(id: string): Promise<BuildWithVersion>
  /** Ends a build, or answers the question about encryption, which can be answered once. Source: Apple, "Modify a build". */
  modify(id: string, change: { readonly expired?: true; readonly usesNonExemptEncryption?: boolean }): Promise<Build>
  /** How far the build is on its way to testers; it appears some time after the build. Source: Apple, "Read the build beta detail". */
  betaDetailOf(id: string): Promise<BuildBetaDetail>
  /** Gives a build to groups of testers. Groups that have it already stay as they are. Source: Apple, "Add access for beta groups to a build". */
  addToGroups(id: string, groups: readonly string[]): Promise<void>
}

/** The operations on builds. */
export function createBuilds(perform: Perform): Builds {
  const read: Builds['read'] = (id) =>
    readResourceAt(perform, targetIn(COLLECTION, id), readWithVersion, { include: 'preReleaseVersion' })
  return {
    read,
    list: async ({ app, version, buildNumber, platform, expired }) => {
      const query = {
        'filter[app]': app,
        'filter[preReleaseVersion.version]': version,
        'filter[version]': buildNumber,
        'filter[preReleaseVersion.platform]': platform,
        ...(expired !== undefined && { 'filter[expired]': String(expired) }),
        include: 'preReleaseVersion',
      }
      const raw = await readList(perform, { type: 'builds', path: COLLECTION, pattern: COLLECTION, query })
      const versions = raw.answers.flatMap(versionsIn)
      const isWanted = (build: BuildWithVersion) =>
        (version === undefined || build.preReleaseVersion?.version === version) &&
        (buildNumber === undefined || build.version === buildNumber) &&
        (platform === undefined || build.preReleaseVersion?.platform === platform) &&
        (expired === undefined || (build.expired ?? false) === expired)
      const items = raw.resources.map((item) => withVersion(item, versions)).filter(isWanted)
      return { items, isTruncated: raw.isTruncated }
    },
    modify: (id, change) =>
      modifyResource<Build>(perform, targetIn(COLLECTION, id), {
        body: { data: { type: 'builds', id, attributes: change } },
        read: (answer) => readResource(buildShape, oneOf(answer, 'builds')),
        current: () => read(id),
        isDone: (build) =>
          (change.expired === undefined || build.expired === change.expired) &&
          (change.usesNonExemptEncryption === undefined ||
            build.usesNonExemptEncryption === change.usesNonExemptEncryption),
      }),
    betaDetailOf: (id) => {
      const { path, pattern } = targetIn(COLLECTION, id)
      const target = { path: `${path}/buildBetaDetail`, pattern: `${pattern}/buildBetaDetail` }
      return readResourceAt(perform, target, (answer) =>
        readResource(buildBetaDetailShape, oneOf(answer, 'buildBetaDetails')),
      )
    },
    addToGroups: async (id, groups) => {
      const { path, pattern } = targetIn(COLLECTION, id)
      const to = { path: `${path}/relationships/betaGroups`, pattern: `${pattern}/relationships/betaGroups` }
      // Adding again changes nothing, so an open answer is simply repeated.
      return perform({
        request: { method: 'POST', ...to, body: references('betaGroups', groups) },
        read: () => undefined,
        reconcile: async () => undefined,
      })
    },
  }
}

function readWithVersion(answer: Answer): BuildWithVersion {
  return withVersion(oneOf(answer, 'builds'), versionsIn(answer))
}

function versionsIn(answer: Answer): readonly PreReleaseVersion[] {
  return includedOf(answer, 'preReleaseVersions').map((item) => readResource(preReleaseVersionShape, item))
}

function withVersion(raw: RawResource, versions: readonly PreReleaseVersion[]): BuildWithVersion {
  const named = relatedId(raw, 'preReleaseVersion')
  return { ...readResource(buildShape, raw), preReleaseVersion: versions.find(({ id }) => id === named) }
}
