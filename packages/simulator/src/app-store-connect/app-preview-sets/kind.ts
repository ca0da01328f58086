import { type PreviewRecord, previews } from '../app-previews/store.ts'
import type { MediaKind } from '../media-sets/kind.ts'

/** Kinds of displays that have previews. Source: Apple's document. */
const PREVIEW_TYPES: readonly string[] = [
  ...['67', '61', '65', '58', '55', '47', '40', '35'].map((size) => `IPHONE_${size}`),
  ...['PRO_3GEN_129', 'PRO_3GEN_11', 'PRO_129', '105', '97'].map((size) => `IPAD_${size}`),
  'DESKTOP',
  'APPLE_TV',
  'APPLE_VISION_PRO',
]

/** Sets of previews. */
export const PREVIEW_SETS: MediaKind<PreviewRecord> = {
  sets: { name: 'appPreviewSets', indexes: { localization: (record) => [record.localizationId] } },
  media: previews,
  typeAttribute: 'previewType',
  displayTypes: PREVIEW_TYPES,
  word: 'preview',
}
