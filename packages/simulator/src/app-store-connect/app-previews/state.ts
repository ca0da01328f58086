import { newUuid } from '../../world/random.ts'
import type { StateDetail } from '../../world/settings.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { PREVIEW_SETS } from '../app-preview-sets/kind.ts'
import { assetStateOf, commitAsset, reserveAsset } from '../assets/asset.ts'
import { conflict, invalidRelationship } from '../json-api/errors.ts'
import type { MediaSetRecord } from '../media-sets/kind.ts'
import { demandOpen, removeMedium } from '../media-sets/state.ts'
import { type PreviewRecord, previews } from './store.ts'

/** What a reservation says of a preview. */
export type NewPreview = Pick<PreviewRecord, 'fileName' | 'fileSize' | 'mimeType' | 'frameTimeCode'>

const MOST_IN_A_SET = 3
const BOX_TYPE = [4, 8] as const

/** `videoDeliveryState`: a film is worked on after its upload. */
export function videoStateOf(scene: Scene, record: PreviewRecord): string {
  const state = assetStateOf(scene, record)
  return state === 'UPLOAD_COMPLETE' ? 'PROCESSING' : state
}

/** MP4 and QuickTime begin with a box `ftyp`. The code is the simulator's: Apple's are not documented. */
function inspectFilm(head: Buffer): StateDetail | undefined {
  if (head.toString('latin1', ...BOX_TYPE) === 'ftyp') return undefined
  return { code: 'MOV_INVALID', description: 'The file is not a film in the format MP4 or QuickTime' }
}

function setOf(scene: Scene, id: string): MediaSetRecord {
  const set = storeOf(scene.team, PREVIEW_SETS.sets).get(id)
  if (set !== undefined) return set
  throw invalidRelationship('appPreviewSet', `There is no resource of type 'appPreviewSets' with id '${id}'`)
}

/** Reserves a preview; its bytes come to the addresses that it tells. */
export function reservePreview(scene: Scene, setId: string, wish: NewPreview): PreviewRecord {
  const set = setOf(scene, setId)
  demandOpen(scene, PREVIEW_SETS, set.localizationId)
  if (set.order.length >= MOST_IN_A_SET) {
    throw conflict(`A preview set may have up to ${MOST_IN_A_SET} previews`, '/data/relationships/appPreviewSet')
  }
  const record = storeOf(scene.team, previews).add({
    ...wish,
    ...reserveAsset(scene, wish, wish.mimeType ?? 'video/mp4'),
    id: newUuid(scene.world.random),
    visibleAt: visibleAt(scene, previews.name),
    setId,
  })
  storeOf(scene.team, PREVIEW_SETS.sets).change(set, { order: [...set.order, record.id] })
  return record
}

/** What a client changes of a preview. */
export interface PreviewChanges {
  readonly uploaded: boolean
  readonly checksum: string | null
  readonly frameTimeCode: string | null | undefined
}

/** Takes an upload for finished, or another still picture. */
export async function changePreview(
  scene: Scene,
  record: PreviewRecord,
  { uploaded, checksum, frameTimeCode }: PreviewChanges,
): Promise<PreviewRecord> {
  demandOpen(scene, PREVIEW_SETS, setOf(scene, record.setId).localizationId)
  const asset = uploaded ? await commitAsset(scene, record, checksum, inspectFilm) : {}
  return storeOf(scene.team, previews).change(record, {
    ...asset,
    ...(frameTimeCode === undefined ? {} : { frameTimeCode }),
  })
}

/** Deletes a preview for a client. */
export function deletePreview(scene: Scene, record: PreviewRecord): void {
  demandOpen(scene, PREVIEW_SETS, setOf(scene, record.setId).localizationId)
  removeMedium(scene, PREVIEW_SETS, record)
}
