import { type Clock, type Instant, MINUTE_MS, plusMs, SECOND_MS } from '@cordon/core/instant'
import type { Log } from '../log.ts'
import type { ClaimedJob, Jobs } from './jobs.ts'

/** Does one job. It may run twice. A returned time puts the job off until then; throwing tries it again later. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing is done
export type JobHandler = (payload: Readonly<Record<string, unknown>>) => Promise<Instant | void>

export interface WorkerParts {
  readonly jobs: Jobs
  readonly clock: Clock
  readonly log: Log
  /** By kind. A job of a kind that is not here waits for a server that knows it. */
  readonly handlers: Readonly<Record<string, JobHandler>>
}

/** Does the jobs that are due, again and again, until it is stopped. */
export interface Worker {
  /**
   * Does all that is due now. Called while jobs are being done, it waits and looks once more, because those were looked up
   * before. Gives how many jobs were done or put off.
   */
  runDue(): Promise<number>
  /** Looks for jobs every few seconds from now on. */
  start(): void
  /** Ends after the job in hand. */
  stop(): Promise<void>
}

const LOOK_EVERY_MS = 5 * SECOND_MS
const AT_ONCE = 8
const FIRST_RETRY_MS = MINUTE_MS
const LONGEST_RETRY_MS = 60 * MINUTE_MS

/** Makes the worker; it does not run yet. */
export function createWorker(parts: WorkerParts): Worker {
  let running: Promise<number> | undefined
  let next: Promise<number> | undefined
  let timer: NodeJS.Timeout | undefined
  const run = () => {
    running = runAll(parts).finally(() => {
      running = undefined
    })
    return running
  }
  const runAfter = (earlier: Promise<number>) =>
    earlier
      .catch(() => 0)
      .then(() => {
        next = undefined
        return run()
      })
  const runDue = () => {
    if (next !== undefined) return next
    if (running === undefined) return run()
    next = runAfter(running)
    return next
  }
  const look = () => {
    if (next !== undefined || running !== undefined) return
    run().catch((error: unknown) => parts.log.error({ cause: String(error) }, 'jobs cannot be read'))
  }
  return {
    runDue,
    start() {
      timer ??= setInterval(look, LOOK_EVERY_MS).unref()
    },
    async stop() {
      clearInterval(timer)
      await (next ?? running)?.catch(() => {})
    },
  }
}

async function runAll(parts: WorkerParts): Promise<number> {
  const kinds = Object.keys(parts.handlers)
  let done = 0
  for (;;) {
    const claimed = await parts.jobs.claim({ kinds, limit: AT_ONCE, now: parts.clock.now() })
    if (claimed.length === 0) return done
    await Promise.all(claimed.map((job) => runOne(parts, job)))
    done += claimed.length
  }
}

async function runOne({ jobs, clock, log, handlers }: WorkerParts, job: ClaimedJob): Promise<void> {
  try {
    const again = await handlers[job.kind]?.(job.payload)
    if (again === undefined) await jobs.complete(job)
    else await jobs.postpone(job, again)
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error)
    log.warn({ job: job.id, kind: job.kind, attempts: job.attempts, cause }, 'job failed')
    await jobs.retry(job, plusMs(clock.now(), retryAfterMs(job.attempts)), cause)
  }
}

/** Doubles from a minute to an hour. */
export function retryAfterMs(attempts: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.max(0, attempts - 1))
}
