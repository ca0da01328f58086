import { setTimeout } from 'node:timers/promises'

/** Waits, and ends with the signal's reason when it is aborted. Injected, so that tests need not wait. */
export type Sleep = (durationMs: number, signal?: AbortSignal) => Promise<void>

/** Waits by the machine's timers; does not keep the process alive. */
export const systemSleep: Sleep = async (durationMs, signal) => {
  try {
    await setTimeout(durationMs, undefined, { ref: false, ...(signal === undefined ? {} : { signal }) })
  } catch (error) {
    throw signal?.aborted ? signal.reason : error
  }
}
