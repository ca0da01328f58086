import { imageSize } from 'image-size'
import type { Size } from './display-types.ts'

/** A picture as far as Apple cares. */
export interface Picture {
  readonly format: 'png' | 'jpg'
  readonly size: Size
  /** It can be seen through, or could be; Apple refuses both. */
  readonly hasAlpha: boolean
}

// Colour types of PNG with an alpha channel: grey and RGB. Source: PNG specification, 11.2.1.
const ALPHA_COLOUR_TYPES = [4, 6]

/** Reads what kind of picture some bytes are; undefined when they are neither PNG nor JPEG. */
export function readPicture(bytes: Uint8Array): Picture | undefined {
  try {
    const { type, width, height } = imageSize(bytes)
    if (type !== 'png' && type !== 'jpg') return undefined
    return { format: type, size: [width, height], hasAlpha: type === 'png' && pngHasAlpha(Buffer.from(bytes)) }
  } catch {
    return undefined
  }
}

function pngHasAlpha(bytes: Buffer): boolean {
  return ALPHA_COLOUR_TYPES.includes(bytes[25] ?? 0) || hasChunkBeforeData(bytes, 'tRNS')
}

function hasChunkBeforeData(bytes: Buffer, wanted: string): boolean {
  for (let at = 8; at + 8 <= bytes.length; ) {
    const name = bytes.toString('latin1', at + 4, at + 8)
    if (name === wanted) return true
    if (name === 'IDAT' || name === 'IEND') return false
    at += 12 + bytes.readUInt32BE(at)
  }
  return false
}
