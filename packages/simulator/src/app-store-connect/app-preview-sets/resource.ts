import { mediaSetResource } from '../media-sets/resource.ts'
import { PREVIEW_SETS } from './kind.ts'

/** Previews of a localization for one kind of display. Source: developer.apple.com/documentation/appstoreconnectapi/app-preview-sets */
export const previewSetResource = mediaSetResource(PREVIEW_SETS)
