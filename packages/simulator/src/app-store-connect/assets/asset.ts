import { beginUpload, digestOf, discardUpload, operationsOf, readUpload, receivedParts } from '../../uploads/store.ts'
import type { StateDetail } from '../../world/settings.ts'
import type { Scene } from '../../world/world.ts'
import { invalidAttribute, stateError } from '../json-api/errors.ts'
import type { Call } from '../json-api/resource.ts'

/** What every file has that is reserved, sent in parts and committed with its MD5. */
export interface Asset {
  readonly fileName: string
  readonly fileSize: number
  /** MD5 of the file, hexadecimal, as the client told it. */
  readonly checksum: string | null
  /** The upload that it waits for; null once it is committed. */
  readonly uploadId: string | null
  /** When it is done with, epoch ms; null while it awaits its upload. */
  readonly doneAt: number | null
  readonly failure: StateDetail | null
}

/** Where a file is on its way. */
export type AssetState = 'AWAITING_UPLOAD' | 'UPLOAD_COMPLETE' | 'COMPLETE' | 'FAILED'

const LARGEST_BYTES = 500 * 1024 * 1024
const MISMATCH: StateDetail = {
  code: 'CHECKSUM_MISMATCH',
  description: 'The file is not the one whose checksum was told',
}

/** Reserves a file. */
export function reserveAsset(
  scene: Scene,
  wish: Pick<Asset, 'fileName' | 'fileSize'>,
  contentType = 'application/octet-stream',
): Asset {
  const { fileName, fileSize } = wish
  if (fileSize < 1 || fileSize > LARGEST_BYTES) {
    throw invalidAttribute('fileSize', `'${fileSize}' is not a valid file size`)
  }
  const uploadId = beginUpload(scene.world, fileSize, contentType).id
  return { fileName, fileSize, checksum: null, uploadId, doneAt: null, failure: null }
}

/** Looks at the beginning of a file; undefined finds nothing wrong. */
export type Inspect = (head: Buffer) => StateDetail | undefined

/** Takes a file for uploaded: what it is now. Its bytes are looked at and not kept. */
export async function commitAsset(
  scene: Scene,
  asset: Asset,
  checksum: string | null,
  inspect: Inspect = () => undefined,
): Promise<Asset> {
  const pointer = '/data/attributes/uploaded'
  if (asset.uploadId === null) throw stateError('The file has already been uploaded', pointer)
  const upload = scene.world.uploads.get(asset.uploadId)
  const parts = upload === undefined ? undefined : receivedParts(upload)
  if (upload === undefined || parts === undefined) throw stateError('The upload is not complete', pointer)
  const isOther = checksum !== null && checksum.toLowerCase() !== (await digestOf(upload, parts, 'md5'))
  const { value: head } = await readUpload(upload, parts.slice(0, 1)).next()
  const failure = isOther ? MISMATCH : (inspect(head ?? Buffer.alloc(0)) ?? null)
  discardUpload(scene.world.uploads, asset.uploadId)
  const { fileName, fileSize } = asset
  const doneAt = scene.now + scene.world.settings.assetProcessingMs
  return { fileName, fileSize, checksum, uploadId: null, doneAt, failure }
}

/** The state of a file now. */
export function assetStateOf(scene: Scene, { doneAt, failure }: Asset): AssetState {
  if (doneAt === null) return 'AWAITING_UPLOAD'
  if (doneAt > scene.now) return 'UPLOAD_COMPLETE'
  return failure === null ? 'COMPLETE' : 'FAILED'
}

/** The attributes that all such files have in common. */
export function assetAttributes(asset: Asset, scene: Scene | Call): Readonly<Record<string, unknown>> {
  const upload = scene.world.uploads.get(asset.uploadId ?? '')
  const base = 'base' in scene ? scene.base : 'http://localhost'
  const state = assetStateOf(scene, asset)
  return {
    fileSize: asset.fileSize,
    fileName: asset.fileName,
    sourceFileChecksum: asset.checksum,
    uploadOperations:
      upload === undefined ? null : operationsOf(upload, base).map(({ partNumber: _, ...operation }) => operation),
    assetDeliveryState: { errors: state === 'FAILED' ? [asset.failure] : [], warnings: [], state },
  }
}
