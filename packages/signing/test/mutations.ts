import { createHash } from 'node:crypto'

/** Numbers that look random and are the same in every run. */
function numbers(seed: string): (below: number) => number {
  let state = createHash('sha256').update(seed).digest()
  return (below) => {
    state = createHash('sha256').update(state).digest()
    return state.readUInt32BE(0) % below
  }
}

type Change = (bytes: Buffer, random: (below: number) => number) => Buffer

const CHANGES: readonly Change[] = [
  // One bit.
  (bytes, random) => {
    const changed = Buffer.from(bytes)
    const at = random(bytes.length)
    changed[at] = (changed[at] ?? 0) ^ (1 << random(8))
    return changed
  },
  // A byte, near the start, where the structure is.
  (bytes, random) => {
    const changed = Buffer.from(bytes)
    changed[random(Math.min(bytes.length, 120))] = random(256)
    return changed
  },
  // Cut off.
  (bytes, random) => bytes.subarray(0, random(bytes.length)),
  // A piece twice.
  (bytes, random) => {
    const [at, length] = [random(bytes.length), random(40)]
    return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)])
  },
  // A piece left out.
  (bytes, random) => {
    const [at, length] = [random(bytes.length), 1 + random(40)]
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])
  },
  // Several bytes anywhere.
  (bytes, random) => {
    const changed = Buffer.from(bytes)
    for (let left = 1 + random(8); left > 0; left--) changed[random(bytes.length)] = random(256)
    return changed
  },
]

/** Damaged copies of a file; the same ones for the same seed. */
export function* mutationsOf(bytes: Uint8Array, count: number, seed: string): Generator<Buffer> {
  const random = numbers(seed)
  for (let made = 0; made < count; made++) {
    const change = CHANGES[random(CHANGES.length)] as Change
    yield change(Buffer.from(bytes), random)
  }
}
