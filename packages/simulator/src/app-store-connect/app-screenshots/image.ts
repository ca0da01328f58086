import { DISPLAY_SIZES } from '../app-screenshot-sets/display-types.ts'
import type { DeliveryFailure } from './store.ts'

/** What was found of a picture. */
export interface Inspection {
  readonly width: number | null
  readonly height: number | null
  /** Absent: the bytes are no picture that is taken. */
  readonly format?: 'png' | 'jpg'
  readonly failure: DeliveryFailure | null
}

// Byte 25 of a PNG, the type of its colours: 4 is grey with alpha, 6 is RGB with alpha.
const PNG_COLOUR_TYPE = 25
const WITH_ALPHA: ReadonlySet<number> = new Set([4, 6])

function failed(code: string, description: string): Inspection {
  return { width: null, height: null, failure: { code, description } }
}

/**
 * Looks at an uploaded screenshot as Apple's processing does: PNG or JPEG, without transparency, in a size of its display type.
 * The codes are the simulator's: Apple's are not documented (the older upload host said IMG_BAD_DIMENSIONS, fastlane#14547).
 */
export async function inspectImage(bytes: Uint8Array, displayType: string): Promise<Inspection> {
  const { imageSize } = await import('image-size')
  let size: { readonly width: number; readonly height: number; readonly type?: string }
  try {
    size = imageSize(bytes)
  } catch {
    return failed('IMG_INVALID', 'The file is not an image')
  }
  const { width, height, type = '' } = size
  if (type !== 'png' && type !== 'jpg') return failed('IMG_INVALID', 'The image must be PNG or JPEG')
  if (type === 'png' && WITH_ALPHA.has(bytes[PNG_COLOUR_TYPE] ?? 0)) {
    return failed('IMG_ALPHA_NOT_ALLOWED', 'The image must not have an alpha channel')
  }
  const isFit = DISPLAY_SIZES[displayType]?.some((one) => one[0] === width && one[1] === height) === true
  if (!isFit) return failed('IMG_BAD_DIMENSIONS', `${width}x${height} is no size of ${displayType}`)
  return { width, height, format: type, failure: null }
}
