import { SECOND_MS } from '@cordon/core/instant'
import { provisioningErrors } from './errors.ts'

/** Waits; injected, so that tests do not. */
export type Sleep = (durationMs: number) => Promise<void>

/** A change at Apple together with the way to see whether it has been made. */
export interface Write<T> {
  readonly attempt: () => Promise<T>
  /** Reads Apple. `undefined`: the change is not there. */
  readonly find: () => Promise<T | undefined>
  /** Refusals that may mean that somebody else, or an attempt before, has made the change already. */
  readonly mayExist?: (error: unknown) => boolean
}

const WAITS_MS = [SECOND_MS, 2 * SECOND_MS, 4 * SECOND_MS]

/**
 * Makes a change exactly once, as far as anyone can. When nobody knows whether an attempt had its effect, it reads before it
 * repeats; when Apple says that the thing exists, it takes what is there; when Apple does not see yet what was just made, it waits.
 */
export async function settle<T>(write: Write<T>, sleep: Sleep): Promise<T> {
  for (const waitMs of WAITS_MS) {
    const outcome = await tryOnce(write, sleep)
    if (outcome.state === 'done') return outcome.value
    await sleep(waitMs)
  }
  return write.attempt()
}

type Outcome<T> = { readonly state: 'done'; readonly value: T } | { readonly state: 'again' }

async function tryOnce<T>({ attempt, find, mayExist }: Write<T>, sleep: Sleep): Promise<Outcome<T>> {
  try {
    return { state: 'done', value: await attempt() }
  } catch (error) {
    if (provisioningErrors.not_found.is(error)) return { state: 'again' }
    if (provisioningErrors.effect_unknown.is(error)) return asOutcome(await find())
    if (!provisioningErrors.already_exists.is(error) && mayExist?.(error) !== true) throw error
    const found = await findPatiently(find, sleep)
    if (found === undefined) throw error
    return { state: 'done', value: found }
  }
}

// A parallel run's write may take a moment to be visible.
async function findPatiently<T>(find: () => Promise<T | undefined>, sleep: Sleep): Promise<T | undefined> {
  for (const waitMs of [0, ...WAITS_MS.slice(0, 2)]) {
    if (waitMs > 0) await sleep(waitMs)
    const found = await find()
    if (found !== undefined) return found
  }
  return undefined
}

function asOutcome<T>(value: T | undefined): Outcome<T> {
  return value === undefined ? { state: 'again' } : { state: 'done', value }
}

/**
 * Runs tasks side by side, at most `limit` at once. After the first failure no further task is started; those under way are
 * awaited, then the failure is thrown: nothing goes on behind the caller's back.
 */
export async function runBounded<T>(tasks: readonly (() => Promise<T>)[], limit: number): Promise<readonly T[]> {
  const results: T[] = []
  const failures: unknown[] = []
  const waiting = [...tasks.entries()]
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && failures.length === 0; next = waiting.shift()) {
      const [index, task] = next
      try {
        results[index] = await task()
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, tasks.length) }, work))
  if (failures.length > 0) throw failures[0]
  return results
}
