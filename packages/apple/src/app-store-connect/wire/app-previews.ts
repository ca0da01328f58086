import { deliveryState, imageAsset } from './media.ts'
import { type Attributes, choice, number, type Open, text } from './shape.ts'
import { uploadOperations } from './upload-operations.ts'

/** The documented displays of previews. */
export const PREVIEW_TYPES = [
  'IPHONE_67',
  'IPHONE_61',
  'IPHONE_65',
  'IPHONE_58',
  'IPHONE_55',
  'IPHONE_47',
  'IPHONE_40',
  'IPHONE_35',
  'IPAD_PRO_3GEN_129',
  'IPAD_PRO_3GEN_11',
  'IPAD_PRO_129',
  'IPAD_105',
  'IPAD_97',
  'DESKTOP',
  'APPLE_TV',
  'APPLE_VISION_PRO',
] as const

/** A display, known or not. */
export type PreviewType = Open<(typeof PREVIEW_TYPES)[number]>

/** Attributes of a preview. Source: Apple's document, schema `AppPreview`. */
export const appPreviewShape = {
  fileName: text,
  fileSize: number,
  sourceFileChecksum: text,
  previewFrameTimeCode: text,
  mimeType: text,
  previewImage: imageAsset,
  uploadOperations,
  assetDeliveryState: deliveryState,
  videoDeliveryState: deliveryState,
}

/** Attributes of the previews of one language for one display. Source: Apple's document, schema `AppPreviewSet`. */
export const appPreviewSetShape = { previewType: choice(PREVIEW_TYPES) }

/** A preview: a short film. `previewFrameTimeCode` names the frame that stands for it, as `00:00:05:00`. */
export type AppPreview = { readonly id: string } & Attributes<typeof appPreviewShape>

/** The previews of one language for one display, in their order. */
export type AppPreviewSet = { readonly id: string } & Attributes<typeof appPreviewSetShape> & {
    readonly previews: readonly AppPreview[]
  }
