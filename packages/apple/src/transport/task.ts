import type { Instant } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import type { Answer } from './answer.ts'
import type { AppleRequest } from './exchange.ts'

/** How long a caller is willing to wait. */
export interface WaitLimits {
  /** Ends every wait and every request with the signal's reason. */
  readonly signal?: AbortSignal
  /** Longest time from the start of a request to its last retry, in milliseconds. 15 minutes if absent. */
  readonly patienceMs?: number
}

/** A request that changes nothing at Apple, and how to read its answer. `read` throws when the answer is not understood. */
export interface ReadTask<T> {
  readonly request: AppleRequest & { readonly method: 'GET' }
  readonly read: (answer: Answer) => T
}

/** A request that changes something, and how to find out whether it did. */
export interface WriteTask<T> {
  readonly request: AppleRequest & { readonly method: 'POST' | 'PATCH' | 'DELETE' }
  readonly read: (answer: Answer) => T
  /**
   * Looks for the effect after an answer that leaves it open; undefined when it did not happen, and then the write is repeated.
   * `startedAt` is when the write was first sent, by Apple's clock as far as that is known.
   */
  readonly reconcile: (startedAt: Instant) => Promise<{ readonly value: T } | undefined>
}

/** Performs one request with everything that belongs to it: token, retries, limits, errors. */
export type Perform = <T>(task: ReadTask<T> | WriteTask<T>, limits?: WaitLimits) => Promise<T>

/** How a request is called in errors: `POST /v1/devices`. */
export function operationOf(request: AppleRequest): string {
  return `${request.method} ${request.pattern}`
}

/** Hands out a token that is good for the next request. */
export interface TokenSource {
  /** `fresh`: the last one was refused, sign another. `skewMs`: Apple's clock minus ours, where it is known to matter. */
  token(options?: { fresh?: boolean; skewMs?: number }): Promise<Secret<string>>
}
