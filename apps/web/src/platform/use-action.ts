import { useState } from 'react'
import { announce } from './announce.ts'
import { hasCode } from './problem.ts'
import { refreshAll, signedOut } from './queries.ts'

/** One change that a person makes: whether it runs, and why it failed. Keeps nothing of its arguments. */
export interface Action<A extends readonly unknown[], R> {
  /** Resolves to undefined when it failed; the reason is in `error` then. */
  readonly run: (...given: A) => Promise<R | undefined>
  readonly pending: boolean
  readonly error: unknown
  readonly reset: () => void
}

interface ActionOptions<R> {
  /** Told when it worked. */
  readonly done?: string | ((result: R) => string)
  readonly onDone?: (result: R) => void
}

/**
 * Runs a change, then reads again whatever is shown. Query libraries keep the variables of a change for minutes; this one
 * must not, because some are secrets.
 */
export function useAction<A extends readonly unknown[], R>(
  perform: (...given: A) => Promise<R>,
  options: ActionOptions<R> = {},
): Action<A, R> {
  const [pending, setPending] = useState(false)
  const [error, setError] = useState<unknown>()

  async function run(...given: A): Promise<R | undefined> {
    setPending(true)
    setError(undefined)
    try {
      const result = await perform(...given)
      await refreshAll()
      succeed(result, options)
      return result
    } catch (thrown) {
      setError(thrown)
      if (hasCode(thrown, 'access.unauthenticated')) signedOut()
      return undefined
    } finally {
      setPending(false)
    }
  }

  return { run, pending, error, reset: () => setError(undefined) }
}

function succeed<R>(result: R, { done, onDone }: ActionOptions<R>): void {
  if (done !== undefined) announce(typeof done === 'string' ? done : done(result))
  onDone?.(result)
}
