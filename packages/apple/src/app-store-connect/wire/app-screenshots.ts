import { deliveryState, imageAsset } from './media.ts'
import { type Attributes, choice, number, type Open, text } from './shape.ts'
import { uploadOperations } from './upload-operations.ts'

/** The documented displays of screenshots. 6.9-inch phones belong to `APP_IPHONE_67`. */
export const SCREENSHOT_DISPLAY_TYPES = [
  'APP_IPHONE_67',
  'APP_IPHONE_61',
  'APP_IPHONE_65',
  'APP_IPHONE_58',
  'APP_IPHONE_55',
  'APP_IPHONE_47',
  'APP_IPHONE_40',
  'APP_IPHONE_35',
  'APP_IPAD_PRO_3GEN_129',
  'APP_IPAD_PRO_3GEN_11',
  'APP_IPAD_PRO_129',
  'APP_IPAD_105',
  'APP_IPAD_97',
  'APP_DESKTOP',
  'APP_WATCH_ULTRA',
  'APP_WATCH_SERIES_10',
  'APP_WATCH_SERIES_7',
  'APP_WATCH_SERIES_4',
  'APP_WATCH_SERIES_3',
  'APP_APPLE_TV',
  'APP_APPLE_VISION_PRO',
  'IMESSAGE_APP_IPHONE_67',
  'IMESSAGE_APP_IPHONE_61',
  'IMESSAGE_APP_IPHONE_65',
  'IMESSAGE_APP_IPHONE_58',
  'IMESSAGE_APP_IPHONE_55',
  'IMESSAGE_APP_IPHONE_47',
  'IMESSAGE_APP_IPHONE_40',
  'IMESSAGE_APP_IPAD_PRO_3GEN_129',
  'IMESSAGE_APP_IPAD_PRO_3GEN_11',
  'IMESSAGE_APP_IPAD_PRO_129',
  'IMESSAGE_APP_IPAD_105',
  'IMESSAGE_APP_IPAD_97',
] as const

/** A display, known or not. */
export type ScreenshotDisplayType = Open<(typeof SCREENSHOT_DISPLAY_TYPES)[number]>

/** Attributes of a screenshot. Source: Apple's document, schema `AppScreenshot`. */
export const appScreenshotShape = {
  fileName: text,
  fileSize: number,
  sourceFileChecksum: text,
  imageAsset,
  uploadOperations,
  assetDeliveryState: deliveryState,
}

/** Attributes of the screenshots of one language for one display. Source: Apple's document, schema `AppScreenshotSet`. */
export const appScreenshotSetShape = { screenshotDisplayType: choice(SCREENSHOT_DISPLAY_TYPES) }

/** A screenshot. `sourceFileChecksum` is the MD5 of the file as it was uploaded, in hexadecimal digits. */
export type AppScreenshot = { readonly id: string } & Attributes<typeof appScreenshotShape>

/** The screenshots of one language for one display, in their order. */
export type AppScreenshotSet = { readonly id: string } & Attributes<typeof appScreenshotSetShape> & {
    readonly screenshots: readonly AppScreenshot[]
  }
