import { isCommitted } from '@cordon/apple/app-store-connect/build-upload-files'
import type { AppStoreConnect } from '@cordon/apple/app-store-connect/client'
import type { BuildUploadFile } from '@cordon/apple/app-store-connect/wire/build-upload-files'
import type { BuildUploadWithBuild, StateNote } from '@cordon/apple/app-store-connect/wire/build-uploads'
import type { BuildWithVersion } from '@cordon/apple/app-store-connect/wire/builds'
import { appleErrors } from '@cordon/apple/errors'
import type {
  AppleNote,
  BuildUploadPort,
  FileWish,
  ReservedFile,
  StoreBuild,
  UploadStatus,
} from '../../engine/builds/port.ts'
import type { StoreApp } from '../../engine/metadata/index.ts'
import { createPartSender } from './send-part.ts'

/** What uploads ask of a client of the App Store Connect API. */
export type BuildsClient = Pick<AppStoreConnect, 'apps' | 'builds' | 'buildUploads' | 'buildUploadFiles'>

const UTIS = { ipa: 'com.apple.ipa', pkg: 'com.apple.pkg' } as const satisfies Record<FileWish['kind'], string>

/**
 * Uploads of builds by an App Store Connect API key. Errors of key and network come through as those of `@cordon/apple`.
 * `sendPart` is given by tests that look at each part.
 *
 * @example
 * const port = createAppStoreConnectBuilds(createAppStoreConnect({ key, fetch, clock, sleep }))
 */
export function createAppStoreConnectBuilds(
  apple: BuildsClient,
  { sendPart = createPartSender() }: { readonly sendPart?: BuildUploadPort['sendPart'] } = {},
): BuildUploadPort {
  return {
    findApp: async ({ id, bundleId }) => {
      if (id !== undefined) return storeApp(await orUndefined(() => apple.apps.read(id)))
      return storeApp((await apple.apps.list({ bundleIds: [bundleId] })).items[0])
    },
    takenNumbers: async ({ app, platform, version }) => {
      // On the Mac a number is taken for all versions.
      const scope = { platform, ...(platform !== 'MAC_OS' && { version }) }
      const [builds, uploads] = await Promise.all([
        apple.builds.list({ app: app.id, ...scope }),
        apple.buildUploads.list(app.id, scope),
      ])
      const counting = uploads.items.filter(({ state }) => COUNTING.has(state?.state ?? ''))
      return [
        ...builds.items.flatMap((build) => build.version ?? []),
        ...counting.flatMap((upload) => upload.cfBundleVersion ?? []),
      ]
    },
    reserve: async ({ app, ...wish }) => ({ uploadId: (await apple.buildUploads.create({ app: app.id, ...wish })).id }),
    reserveFile: async (uploadId, { name, bytes, kind }) => {
      const wanted = { buildUpload: uploadId, fileName: name, fileSize: bytes, uti: UTIS[kind] }
      const { items } = await apple.buildUploads.filesOf(uploadId)
      const found = items.find(({ assetType, fileSize }) => assetType === 'ASSET' && fileSize === bytes)
      // A list may leave the operations out; the file itself has them.
      return reservedFile(
        found === undefined ? await apple.buildUploadFiles.create(wanted) : await apple.buildUploadFiles.read(found.id),
      )
    },
    readFile: async (id) => mapped(await orUndefined(() => apple.buildUploadFiles.read(id)), reservedFile),
    readUpload: async (id) => mapped(await orUndefined(() => apple.buildUploads.read(id)), uploadStatus),
    sendPart,
    commit: async (id) => reservedFile(await apple.buildUploadFiles.commit(id)),
    giveUp: async (id) => {
      await orUndefined(() => apple.buildUploads.delete(id))
    },
    readBuild: async (id) => mapped(await orUndefined(() => apple.builds.read(id)), storeBuild),
    findBuild: async ({ app, ...wish }) =>
      mapped((await apple.builds.list({ app: app.id, ...wish })).items.at(0), storeBuild),
  }
}

/** States in which an upload has taken its number. One that waits for its file, or failed, has not. */
const COUNTING = new Set(['PROCESSING', 'COMPLETE'])

async function orUndefined<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (appleErrors.not_found.is(error)) return undefined
    throw error
  }
}

function mapped<T, U>(value: T | undefined, map: (value: T) => U): U | undefined {
  return value === undefined ? undefined : map(value)
}

function storeApp(app: { readonly id: string; readonly bundleId?: string } | undefined): StoreApp | undefined {
  return app === undefined ? undefined : { id: app.id, bundleId: app.bundleId ?? '' }
}

function reservedFile(file: BuildUploadFile): ReservedFile {
  const state = file.assetDeliveryState?.state === 'FAILED' ? 'failed' : isCommitted(file) ? 'committed' : 'awaiting'
  return {
    id: file.id,
    state,
    parts: (file.uploadOperations ?? []).map(({ expiration, entityTag, method, url, offset, length, headers }) => ({
      ...{ method, url, offset, length, headers, entityTag },
      expiresAt: expiration,
    })),
    composite: file.sourceFileChecksums?.composite,
  }
}

const UPLOAD_STATES: Readonly<Record<string, UploadStatus['state']>> = {
  AWAITING_UPLOAD: 'awaiting',
  PROCESSING: 'processing',
  COMPLETE: 'complete',
  FAILED: 'failed',
}

function uploadStatus({ id, state, build }: BuildUploadWithBuild): UploadStatus {
  return {
    id,
    state: UPLOAD_STATES[state?.state ?? ''] ?? 'other',
    errors: (state?.errors ?? []).map(note),
    warnings: (state?.warnings ?? []).map(note),
    buildId: build,
  }
}

function note({ code, description }: StateNote): AppleNote {
  return { code, text: description }
}

const BUILD_STATES: Readonly<Record<string, StoreBuild['state']>> = {
  PROCESSING: 'processing',
  VALID: 'valid',
  INVALID: 'invalid',
  FAILED: 'failed',
}

/** A build in the words of the engine. */
export function storeBuild(build: BuildWithVersion): StoreBuild {
  return {
    id: build.id,
    version: build.preReleaseVersion?.version,
    buildNumber: build.version,
    state: BUILD_STATES[build.processingState ?? ''] ?? 'other',
    isExpired: build.expired ?? false,
    uploadedAt: build.uploadedDate,
    usesNonExemptEncryption: build.usesNonExemptEncryption,
  }
}
