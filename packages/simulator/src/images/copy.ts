import { crc32 } from 'node:zlib'

const MARK = 'cordon-simulator'
const PNG_SIGNATURE_BYTES = 8
const IHDR_BYTES = 25
const JPEG_START_BYTES = 2
const JPEG_COMMENT = 0xfffe

/**
 * The same picture in other bytes: Apple's host of pictures gives copies that it has made itself, so that nobody finds the MD5 of an
 * upload in them. This one has a comment more.
 */
export function madeAnew(bytes: Buffer, format: 'png' | 'jpg'): Buffer {
  const at = format === 'png' ? PNG_SIGNATURE_BYTES + IHDR_BYTES : JPEG_START_BYTES
  const comment = format === 'png' ? pngComment() : jpegComment()
  return Buffer.concat([bytes.subarray(0, at), comment, bytes.subarray(at)])
}

/** Source: PNG specification, 5.3 and 11.3.3.3. */
function pngComment(): Buffer {
  const body = Buffer.from(`tEXtSoftware\0${MARK}`, 'latin1')
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(body.length - 4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** Source: ITU T.81, B.2.4.5. */
function jpegComment(): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16BE(JPEG_COMMENT)
  head.writeUInt16BE(MARK.length + 2, 2)
  return Buffer.concat([head, Buffer.from(MARK, 'latin1')])
}
