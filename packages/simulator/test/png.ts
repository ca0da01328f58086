import { crc32, deflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')
const COLOURS = { rgb: [2, 3], rgba: [6, 4] } as const

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** A PNG in one colour; `padding` bytes that no viewer reads follow its end. */
export function png(width: number, height: number, colours: keyof typeof COLOURS = 'rgb', padding = 0): Buffer {
  const [colourType, samples] = COLOURS[colours]
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.writeUInt8(8, 8)
  header.writeUInt8(colourType, 9)
  const rows = Buffer.alloc((1 + width * samples) * height)
  const parts = [SIGNATURE, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]
  return Buffer.concat([...parts, Buffer.alloc(padding, 7)])
}
