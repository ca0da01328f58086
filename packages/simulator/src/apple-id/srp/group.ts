import { createHash } from 'node:crypto'

/** The 2048-bit group of RFC 5054, appendix A. */
const PRIME_HEX =
  'AC6BDB41324A9A9BF166DE5E1389582FAF72B6651987EE07FC3192943DB56050' +
  'A37329CBB4A099ED8193E0757767A13DD52312AB4B03310DCD7F48A9DA04FD50' +
  'E8083969EDB767B0CF6095179A163AB3661A05FBD5FAAAE82918A9962F0B93B8' +
  '55F97993EC975EEAA80D740ADBF4FF747359D041D5C33EA71D281E446B14773B' +
  'CA97B43A23FB801676BD207A436C6481F1D2B9078717461A5B9D32E688F87748' +
  '544523B524B0D57D5EA77A2775D2ECFA032CFBDBF52FB3786160279004E57AE6' +
  'AF874E7303CE53299CCC041C7BC308D82A5698F3A8D0C38271AE35F8E9DBFBB6' +
  '94B5C803D89F7AE435DE236D525F54759B65E372FCD68EF20FA7111F9E4AFF73'

/** The prime N. */
export const PRIME = BigInt(`0x${PRIME_HEX}`)
/** The generator g. */
export const GENERATOR = 2n
/** How many bytes a number of the group has when it is padded. */
export const GROUP_BYTES = 256

/** SHA-256 of the parts, one after the other. */
export function hash(...parts: readonly Uint8Array[]): Buffer {
  const digest = createHash('sha256')
  for (const part of parts) digest.update(part)
  return digest.digest()
}

/** A number from its bytes, the most significant first. */
export function numberOf(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

/** The bytes of a number without leading zeros, the most significant first. */
export function minimalBytes(value: bigint): Buffer {
  const hex = value.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
}

/** The bytes of a number, padded with zeros to the size of the group. */
export function paddedBytes(value: bigint): Buffer {
  const bytes = minimalBytes(value)
  return Buffer.concat([Buffer.alloc(Math.max(GROUP_BYTES - bytes.length, 0)), bytes])
}

/** `base ^ exponent mod N`. */
export function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = base % PRIME
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % PRIME
    square = (square * square) % PRIME
  }
  return result
}

/** `k = H(N | PAD(g))`. */
export const MULTIPLIER = numberOf(hash(minimalBytes(PRIME), paddedBytes(GENERATOR)))

/** `H(N) xor H(PAD(g))`: Apple's clients pad g here. */
export const GROUP_MARK = exclusiveOr(hash(minimalBytes(PRIME)), hash(paddedBytes(GENERATOR)))

function exclusiveOr(one: Buffer, other: Buffer): Buffer {
  return Buffer.from(one.map((byte, index) => byte ^ (other[index] ?? 0)))
}
