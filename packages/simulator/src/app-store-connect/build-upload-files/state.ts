import { beginUpload, compositeOf, type PendingUpload, receivedParts, sourceOf } from '../../uploads/store.ts'
import { newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { inspectBuild } from '../build-uploads/inspection/inspect.ts'
import { NOT_INSPECTED } from '../build-uploads/inspection/inspected.ts'
import { beginProcessing, fateOf, processUpload } from '../build-uploads/state.ts'
import { type BuildUploadRecord, buildUploads } from '../build-uploads/store.ts'
import { conflict, invalidAttribute, invalidRelationship, stateError } from '../json-api/errors.ts'
import { areRight } from './checksums.ts'
import { type BuildUploadFileRecord, buildUploadFiles, type Checksums } from './store.ts'

/** Where a file is on its way in. */
export type FileState = 'AWAITING_UPLOAD' | 'UPLOAD_COMPLETE' | 'COMPLETE' | 'FAILED'

/** What a reservation says of a file. */
export type NewFile = Pick<BuildUploadFileRecord, 'assetType' | 'fileName' | 'fileSize' | 'uti'>

// The one request header of the operations in altool's logs.
const CONTENT_TYPE = 'application/octet-stream'
// Apple's help page on the largest builds: of an app for any system but macOS.
const LARGEST_APP_BYTES = 4 * 1024 ** 3
// What the object stores behind Apple's addresses take.
const MOST_PARTS = 10_000
const MISMATCH = {
  code: 'CHECKSUM_MISMATCH',
  description: 'The checksum of the uploaded file is not the one that was declared',
}

/** The state of a file now. */
export function fileStateOf(scene: Scene, { doneAt, failure }: BuildUploadFileRecord): FileState {
  if (doneAt === null) return 'AWAITING_UPLOAD'
  if (doneAt > scene.now) return 'UPLOAD_COMPLETE'
  return failure === null ? 'COMPLETE' : 'FAILED'
}

/** What has come of a file; undefined when it was given up. */
export function pendingOf(scene: Scene, { pendingId }: BuildUploadFileRecord): PendingUpload | undefined {
  return scene.world.uploads.get(pendingId)
}

function uploadOf(scene: Scene, id: string): BuildUploadRecord {
  const upload = storeOf(scene.team, buildUploads).get(id)
  if (upload !== undefined) return upload
  throw invalidRelationship('buildUpload', `There is no resource of type 'buildUploads' with id '${id}'`)
}

/** Reserves a file of an upload: one of a kind. */
export function reserveFile(scene: Scene, uploadId: string, wish: NewFile): BuildUploadFileRecord {
  const upload = uploadOf(scene, uploadId)
  const pointer = '/data/relationships/buildUpload'
  if (upload.committedAt !== null) throw stateError('The build upload does not await files any more', pointer)
  const { uploadPartBytes } = scene.world.settings
  const isTooLarge =
    wish.fileSize > MOST_PARTS * uploadPartBytes || (upload.platform !== 'MAC_OS' && wish.fileSize > LARGEST_APP_BYTES)
  if (wish.fileSize < 1 || isTooLarge) {
    throw invalidAttribute('fileSize', `'${wish.fileSize}' is not a valid file size`)
  }
  const files = storeOf(scene.team, buildUploadFiles)
  if (files.by('upload', uploadId).some(({ assetType }) => assetType === wish.assetType)) {
    throw conflict(`The build upload already has a file of the type '${wish.assetType}'`, '/data/attributes/assetType')
  }
  return files.add({
    ...wish,
    id: newUuid(scene.world.random),
    visibleAt: visibleAt(scene, buildUploadFiles.name),
    uploadId,
    pendingId: beginUpload(scene.world, wish.fileSize, CONTENT_TYPE).id,
    committedAt: null,
    doneAt: null,
    failure: null,
    checksums: null,
  })
}

/** What is found in an upload's files: wrong checksums, else what is in the binary; nothing where a test has decided what becomes of it. */
async function inspect(scene: Scene, upload: BuildUploadRecord, files: readonly BuildUploadFileRecord[]) {
  const errors = files.flatMap(({ failure }) => failure ?? [])
  const binary = files.find(({ assetType }) => assetType === 'ASSET')
  const pending = binary === undefined ? undefined : pendingOf(scene, binary)
  const parts = pending === undefined ? undefined : receivedParts(pending)
  const isDecided = errors.length > 0 || fateOf(scene, upload) !== null
  if (isDecided || pending === undefined || parts === undefined) return { ...NOT_INSPECTED, errors }
  return await inspectBuild(scene, upload, sourceOf(pending, parts))
}

/**
 * Begins processing once every reserved file is there and one of them is the binary. From then on the upload takes no files and cannot
 * be deleted; what a test decides while the files are looked at stands.
 */
async function processWhenWhole(scene: Scene, uploadId: string): Promise<void> {
  const files = storeOf(scene.team, buildUploadFiles).by('upload', uploadId)
  const isWhole = files.every(({ committedAt }) => committedAt !== null)
  if (!isWhole || !files.some(({ assetType }) => assetType === 'ASSET')) return
  const upload = beginProcessing(scene, uploadOf(scene, uploadId))
  const inspected = await inspect(scene, upload, files)
  const now = storeOf(scene.team, buildUploads).get(uploadId)
  if (now?.outcome === null) processUpload(scene, now, inspected)
}

/** Takes a file for uploaded: its parts have to be there, and to be what the client declares. */
export async function commitFile(
  scene: Scene,
  record: BuildUploadFileRecord,
  declared: Checksums,
): Promise<BuildUploadFileRecord> {
  const pointer = '/data/attributes/uploaded'
  if (record.committedAt !== null) {
    if (!scene.world.settings.refusesRepeatedCommit) return record
    throw stateError('The file has already been uploaded', pointer)
  }
  const pending = pendingOf(scene, record)
  const parts = pending === undefined ? undefined : receivedParts(pending)
  if (pending === undefined || parts === undefined) throw stateError('The upload is not complete', pointer)
  const failure = (await areRight(declared, pending, parts)) ? null : MISMATCH
  const { file } = declared
  const committed = storeOf(scene.team, buildUploadFiles).change(record, {
    committedAt: scene.now,
    doneAt: scene.now + scene.world.settings.assetProcessingMs,
    failure,
    checksums: {
      ...(file === undefined ? {} : { file }),
      composite: { hash: compositeOf(pending, parts), algorithm: 'MD5' },
    },
  })
  await processWhenWhole(scene, record.uploadId)
  return committed
}
