import { createHash } from 'node:crypto'

/** What the derived bytes are for; the number goes into the hash. */
export const PURPOSE = { key: 1, iv: 2, mac: 3 } as const
export type Purpose = keyof typeof PURPOSE

export interface Derivation {
  readonly digest: string
  readonly purpose: Purpose
  /** UTF-16BE with its two zero bytes at the end, or nothing at all. */
  readonly passphrase: Uint8Array
  readonly salt: Uint8Array
  readonly iterations: number
  readonly bytes: number
}

const blockBytes = (digest: string) => (digest === 'sha384' || digest === 'sha512' ? 128 : 64)

function repeated(bytes: Uint8Array, block: number): Buffer {
  return Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes.length === 0 ? 0 : bytes)
}

function hashed(digest: string, input: Uint8Array, iterations: number): Buffer {
  let value = createHash(digest).update(input).digest()
  for (let round = 1; round < iterations; round++) value = createHash(digest).update(value).digest()
  return value
}

/** Adds `addend` + 1 to each block in place, as big-endian numbers modulo 2^(8 × block). */
function addToBlocks(blocks: Buffer, addend: Buffer): void {
  for (let start = 0; start < blocks.length; start += addend.length) {
    let carry = 1
    for (let at = addend.length - 1; at >= 0; at--) {
      carry += (blocks[start + at] ?? 0) + (addend[at] ?? 0)
      blocks[start + at] = carry & 0xff
      carry >>= 8
    }
  }
}

/**
 * Makes key, IV or MAC key from a passphrase the way PKCS#12 files older than PBES2 do.
 * Composed from node:crypto's digests, which have no such function. Source: RFC 7292, appendix B.2.
 */
export function deriveBytes({ digest, purpose, passphrase, salt, iterations, bytes }: Derivation): Buffer {
  const block = blockBytes(digest)
  const diversifier = Buffer.alloc(block, PURPOSE[purpose])
  const input = Buffer.concat([repeated(salt, block), repeated(passphrase, block)])
  const output: Buffer[] = []
  for (let made = 0; made < bytes; ) {
    const part = hashed(digest, Buffer.concat([diversifier, input]), iterations)
    output.push(part)
    made += part.length
    addToBlocks(input, Buffer.alloc(block, part))
  }
  return Buffer.concat(output).subarray(0, bytes)
}
