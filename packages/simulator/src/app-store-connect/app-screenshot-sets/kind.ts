import { type ScreenshotRecord, screenshots } from '../app-screenshots/store.ts'
import type { MediaKind } from '../media-sets/kind.ts'
import { DISPLAY_TYPES } from './display-types.ts'

/** Sets of screenshots. */
export const SCREENSHOT_SETS: MediaKind<ScreenshotRecord> = {
  sets: { name: 'appScreenshotSets', indexes: { localization: (record) => [record.localizationId] } },
  media: screenshots,
  typeAttribute: 'screenshotDisplayType',
  displayTypes: DISPLAY_TYPES,
  word: 'screenshot',
}
