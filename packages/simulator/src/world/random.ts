import { randomBytes } from 'node:crypto'

/** A source of random bytes; injected so that tests can repeat a run. */
export type RandomBytes = (size: number) => Uint8Array

const POOL_BYTES = 8_192

/** The machine's random bytes, asked for in large pieces: every request takes some for its id. */
export function pooledRandom(): RandomBytes {
  let pool = Buffer.alloc(0)
  return (size) => {
    if (size > pool.length) pool = randomBytes(Math.max(POOL_BYTES, size))
    const taken = pool.subarray(0, size)
    pool = pool.subarray(size)
    return taken
  }
}

const CAPITALS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const DIGITS = '0123456789'

function pick(alphabet: string, size: number, random: RandomBytes): string {
  let text = ''
  for (const byte of random(size)) text += alphabet.charAt(byte % alphabet.length)
  return text
}

/** An id such as Apple gives to provisioning resources, keys and teams: ten capital letters and digits. */
export function newAppleId(random: RandomBytes): string {
  return pick(CAPITALS_AND_DIGITS, 10, random)
}

/** Decimal digits. */
export function newDigits(random: RandomBytes, size: number): string {
  return pick(DIGITS, size, random)
}

/** An id such as Apple gives to app records: ten digits, the first not zero. */
export function newAppId(random: RandomBytes): string {
  return `6${pick(DIGITS, 9, random)}`
}

/** The value of `x-request-id`: 26 characters of base 32. */
export function newRequestId(random: RandomBytes): string {
  return pick(BASE32, 26, random)
}

/** A version 4 UUID in lower case. */
export function newUuid(random: RandomBytes): string {
  const bytes = Buffer.from(random(16))
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
