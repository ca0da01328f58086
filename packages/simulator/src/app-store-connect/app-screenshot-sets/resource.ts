import { mediaSetResource } from '../media-sets/resource.ts'
import { SCREENSHOT_SETS } from './kind.ts'

/** Screenshots of a localization for one kind of display. Source: developer.apple.com/documentation/appstoreconnectapi/app-screenshot-sets */
export const screenshotSetResource = mediaSetResource(SCREENSHOT_SETS)
