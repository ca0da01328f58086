import type { Instant } from '@cordon/core/instant'
import type { Answer } from '../transport/answer.ts'
import type { Perform } from '../transport/task.ts'
import { oneOf, type RawResource, readResource, relatedId } from './document.ts'
import { deleteResource, isGoneAt, readResourceAt, reference, targetIn } from './operations.ts'
import { type Listed, readList } from './paging.ts'
import { type BuildUploadFile, buildUploadFileShape } from './wire/build-upload-files.ts'
import { type BuildUpload, type BuildUploadWithBuild, buildUploadShape } from './wire/build-uploads.ts'
import type { StorePlatform } from './wire/store-platforms.ts'

const COLLECTION = '/v1/buildUploads'

/** What an upload is for. */
export interface NewBuildUpload {
  /** Apple's number of the app record. */
  readonly app: string
  /** `CFBundleShortVersionString`. */
  readonly version: string
  /** `CFBundleVersion`. */
  readonly buildNumber: string
  readonly platform: StorePlatform
}

/** Uploads of builds (API 4.1). */
export interface BuildUploads {
  /** Uploads of an app, all or those of a version, a build number, a platform, compared exactly. Source: Apple, "List build uploads for an app". */
  list(
    app: string,
    filter?: Partial<Pick<NewBuildUpload, 'version' | 'buildNumber' | 'platform'>>,
  ): Promise<Listed<BuildUploadWithBuild>>
  /** One upload with the build that came of it. Source: Apple, "Read build upload information". */
  read(id: string): Promise<BuildUploadWithBuild>
  /**
   * Reserves an upload. Throws `apple.build_number_used`. When Apple leaves open whether it did, the newest one that waits for its
   * file is taken. Source: Apple, "Create a build upload".
   */
  create(upload: NewBuildUpload): Promise<BuildUpload>
  /** Gives an upload up; Apple takes this while it waits for its file. Source: Apple, "Delete a build upload". */
  delete(id: string): Promise<void>
  /** The files of an upload. Source: Apple, "List all files of a build upload". */
  filesOf(id: string): Promise<Listed<BuildUploadFile>>
}

/** The operations on uploads of builds. */
export function createBuildUploads(perform: Perform): BuildUploads {
  const list: BuildUploads['list'] = async (app, { version, buildNumber, platform } = {}) => {
    const { path, pattern } = targetIn('/v1/apps', app)
    const query = {
      'filter[cfBundleShortVersionString]': version,
      'filter[cfBundleVersion]': buildNumber,
      'filter[platform]': platform,
      include: 'build',
    }
    const below = { path: `${path}/buildUploads`, pattern: `${pattern}/buildUploads` }
    const raw = await readList(perform, { type: 'buildUploads', ...below, query })
    const isWanted = (upload: BuildUpload) =>
      (version === undefined || upload.cfBundleShortVersionString === version) &&
      (buildNumber === undefined || upload.cfBundleVersion === buildNumber) &&
      (platform === undefined || upload.platform === platform)
    return { items: raw.resources.map(withBuild).filter(isWanted), isTruncated: raw.isTruncated }
  }

  return {
    list,
    read: (id) =>
      readResourceAt(perform, targetIn(COLLECTION, id), (answer) => withBuild(oneOf(answer, 'buildUploads')), {
        include: 'build',
      }),
    create: async (upload) =>
      perform<BuildUpload>({
        request: { method: 'POST', path: COLLECTION, pattern: COLLECTION, body: bodyOf(upload) },
        read: readAnswer,
        reconcile: async (startedAt) => {
          const value = newestWaiting((await list(upload.app, upload)).items, startedAt)
          return value && { value }
        },
      }),
    delete: async (id) => {
      const target = targetIn(COLLECTION, id)
      return deleteResource(perform, target, () => isGoneAt(perform, target))
    },
    filesOf: async (id) => {
      const { path, pattern } = targetIn(COLLECTION, id)
      const below = { path: `${path}/buildUploadFiles`, pattern: `${pattern}/buildUploadFiles` }
      const raw = await readList(perform, { type: 'buildUploadFiles', ...below })
      return {
        items: raw.resources.map((item) => readResource(buildUploadFileShape, item)),
        isTruncated: raw.isTruncated,
      }
    },
  }
}

function bodyOf({ app, version, buildNumber, platform }: NewBuildUpload): unknown {
  const attributes = { cfBundleShortVersionString: version, cfBundleVersion: buildNumber, platform }
  return { data: { type: 'buildUploads', attributes, relationships: { app: reference('apps', app) } } }
}

const CLOCK_TOLERANCE_MS = 2 * 60_000

// An older one belongs to somebody else, or to a run that will come back to it.
function newestWaiting(uploads: readonly BuildUpload[], startedAt: Instant): BuildUpload | undefined {
  return uploads
    .filter(({ state }) => state?.state === 'AWAITING_UPLOAD')
    .filter(({ createdDate }) => createdDate !== undefined && createdDate >= startedAt - CLOCK_TOLERANCE_MS)
    .toSorted((a, b) => Number(b.createdDate) - Number(a.createdDate))[0]
}

function withBuild(raw: RawResource): BuildUploadWithBuild {
  return { ...readResource(buildUploadShape, raw), build: relatedId(raw, 'build') }
}

function readAnswer(answer: Answer): BuildUpload {
  return readResource(buildUploadShape, oneOf(answer, 'buildUploads'))
}
