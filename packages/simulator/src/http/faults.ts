import { createHash } from 'node:crypto'

/**
 * What goes wrong. `status` answers with it, `drop` cuts the connection, `hang` never answers, `latency` waits, `truncate` cuts
 * the answer in half.
 */
export type FaultKind = 'status' | 'drop' | 'hang' | 'latency' | 'truncate'

/** A fault to be played on requests of an operation. */
export interface FaultWish {
  /** Apple's operation id (`profiles_createInstance`), a prefix with `*` (`profiles_*`), or `*` for all. */
  readonly operation: string
  readonly kind: FaultKind
  /** `before`: the request has no effect. `after`: it has, and the client does not learn of it. */
  readonly when?: 'before' | 'after'
  readonly status?: number
  /** Apple's error code in the body; without it 502, 503 and 504 answer with a gateway's HTML. */
  readonly code?: string
  readonly detail?: string
  /** Seconds, sent as `Retry-After`. */
  readonly retryAfterSeconds?: number
  /** For `latency`. */
  readonly latencyMs?: number
  /** How many requests it hits; 0 is all until it is removed. */
  readonly times?: number
  /** How many matching requests pass before it begins. */
  readonly skip?: number
  /** How likely a matching request is hit, above 0 and up to 1; absent is 1. */
  readonly chance?: number
  /** Decides which requests the chance hits: the same seed hits the same ones of a run. */
  readonly seed?: string
}

/** A fault in place. */
export interface Fault extends Omit<FaultWish, 'when'> {
  readonly when: 'before' | 'after'
  readonly id: string
  /** Hits left; null is without end. */
  left: number | null
  skipLeft: number
  /** Requests that matched so far, those that pass included. */
  met: number
  hits: number
}

/** The faults in place, in order of arrival. */
export interface Faults {
  add(wish: FaultWish): Fault
  list(): readonly Fault[]
  remove(id: string): boolean
  clear(): void
  /** The faults that this request meets; counts them as played. */
  play(operation: string): readonly Fault[]
}

function matches(pattern: string, operation: string): boolean {
  return pattern.endsWith('*') ? operation.startsWith(pattern.slice(0, -1)) : pattern === operation
}

/** Makes an empty list of faults. */
export function createFaults(): Faults {
  let faults: Fault[] = []
  let made = 0
  return {
    add(wish) {
      made += 1
      const left = wish.times === 0 ? null : (wish.times ?? 1)
      const fault: Fault = {
        ...wish,
        when: wish.when ?? 'before',
        id: `fault-${made}`,
        left,
        skipLeft: wish.skip ?? 0,
        met: 0,
        hits: 0,
      }
      faults.push(fault)
      return fault
    },
    list: () => faults,
    remove(id) {
      const before = faults.length
      faults = faults.filter((fault) => fault.id !== id)
      return faults.length < before
    },
    clear() {
      faults = []
    },
    play(operation) {
      if (faults.length === 0) return []
      const hit = faults.filter((fault) => matches(fault.operation, operation) && isDue(fault))
      for (const fault of hit) count(fault)
      faults = faults.filter((fault) => fault.left === null || fault.left > 0)
      return hit
    },
  }
}

function isDue(fault: Fault): boolean {
  fault.met += 1
  if (fault.skipLeft === 0) return isHit(fault)
  fault.skipLeft -= 1
  return false
}

/** Throws the fault's dice: a number that follows from its seed and from how many requests it has met. */
function isHit({ chance, seed, id, met }: Fault): boolean {
  if (chance === undefined || chance >= 1) return true
  const digest = createHash('sha256')
    .update(`${seed ?? id} ${met}`)
    .digest()
  return digest.readUInt32BE() / 2 ** 32 < chance
}

function count(fault: Fault): void {
  fault.hits += 1
  if (fault.left !== null) fault.left -= 1
}
