import { createHash } from 'node:crypto'
import { beginUpload, bytesOf, discardUpload } from '../../uploads/store.ts'
import { newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { SCREENSHOT_SETS } from '../app-screenshot-sets/kind.ts'
import { conflict, invalidAttribute, invalidRelationship, stateError } from '../json-api/errors.ts'
import type { MediaSetRecord } from '../media-sets/kind.ts'
import { demandOpen, removeMedium } from '../media-sets/state.ts'
import { type Inspection, inspectImage } from './image.ts'
import { type ScreenshotRecord, screenshots } from './store.ts'

/** Where a screenshot is on its way to the store. */
export type DeliveryState = 'AWAITING_UPLOAD' | 'UPLOAD_COMPLETE' | 'COMPLETE' | 'FAILED'

const MOST_IN_A_SET = 10
const LARGEST_BYTES = 500 * 1024 * 1024
const MISMATCH: Inspection = {
  width: null,
  height: null,
  failure: { code: 'CHECKSUM_MISMATCH', description: 'The file is not the one whose checksum was told' },
}

/** The state of a screenshot now. */
export function deliveryStateOf(scene: Scene, record: ScreenshotRecord): DeliveryState {
  if (record.doneAt === null) return 'AWAITING_UPLOAD'
  if (record.doneAt > scene.now) return 'UPLOAD_COMPLETE'
  return record.failure === null ? 'COMPLETE' : 'FAILED'
}

function setOf(scene: Scene, id: string): MediaSetRecord {
  const set = storeOf(scene.team, SCREENSHOT_SETS.sets).get(id)
  if (set !== undefined) return set
  throw invalidRelationship('appScreenshotSet', `There is no resource of type 'appScreenshotSets' with id '${id}'`)
}

function contentTypeOf(fileName: string): string {
  return /\.jpe?g$/i.test(fileName) ? 'image/jpeg' : 'image/png'
}

/** Reserves a screenshot; its bytes come to the addresses that it tells. */
export function reserveScreenshot(
  scene: Scene,
  setId: string,
  wish: { readonly fileName: string; readonly fileSize: number },
): ScreenshotRecord {
  const set = setOf(scene, setId)
  demandOpen(scene, SCREENSHOT_SETS, set.localizationId)
  if (wish.fileSize < 1 || wish.fileSize > LARGEST_BYTES) {
    throw invalidAttribute('fileSize', `'${wish.fileSize}' is not a valid file size`)
  }
  if (set.order.length >= MOST_IN_A_SET) {
    throw conflict(
      `A screenshot set may have up to ${MOST_IN_A_SET} screenshots`,
      '/data/relationships/appScreenshotSet',
    )
  }
  const record = storeOf(scene.team, screenshots).add({
    ...wish,
    id: newUuid(scene.world.random),
    visibleAt: visibleAt(scene, screenshots.name),
    setId,
    checksum: null,
    uploadId: beginUpload(scene.world, wish.fileSize, contentTypeOf(wish.fileName)).id,
    doneAt: null,
    failure: null,
    width: null,
    height: null,
  })
  storeOf(scene.team, SCREENSHOT_SETS.sets).change(set, { order: [...set.order, record.id] })
  return record
}

/** Takes an upload for finished: the bytes are looked at, and the outcome shows after the time that processing takes. */
export async function commitScreenshot(
  scene: Scene,
  record: ScreenshotRecord,
  checksum: string | null,
): Promise<ScreenshotRecord> {
  if (record.uploadId === null)
    throw stateError('The screenshot has already been uploaded', '/data/attributes/uploaded')
  const upload = scene.world.uploads.get(record.uploadId)
  const bytes = upload === undefined ? undefined : await bytesOf(upload)
  if (bytes === undefined) throw stateError('The upload is not complete', '/data/attributes/uploaded')
  const digest = createHash('md5').update(bytes).digest('hex')
  const isOther = checksum !== null && checksum.toLowerCase() !== digest
  const { displayType } = setOf(scene, record.setId)
  const { format, ...found } = isOther ? MISMATCH : await inspectImage(bytes, displayType)
  const { width, height } = found
  const isShown = format !== undefined && width !== null && height !== null
  const imageId = isShown ? scene.world.images.keep(bytes, { format, width, height }, scene.world.random) : undefined
  discardUpload(scene.world.uploads, record.uploadId)
  return storeOf(scene.team, screenshots).change(record, {
    ...found,
    ...(imageId !== undefined && { imageId }),
    checksum,
    uploadId: null,
    doneAt: scene.now + scene.world.settings.assetProcessingMs,
  })
}

/** Deletes a screenshot for a client. */
export function deleteScreenshot(scene: Scene, record: ScreenshotRecord): void {
  demandOpen(scene, SCREENSHOT_SETS, setOf(scene, record.setId).localizationId)
  removeMedium(scene, SCREENSHOT_SETS, record)
}
