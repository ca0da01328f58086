import { type Clock, MINUTE_MS, SECOND_MS } from '@cordon/core/instant'
import { deliveryErrors } from './errors.ts'
import { explain } from './explain.ts'
import type { AppleNote, BuildUploadPort, StoreBuild, UploadWish } from './port.ts'
import type { OnUploadEvent } from './progress.ts'

/** What following needs of the world. */
export interface Following {
  readonly port: Pick<BuildUploadPort, 'readUpload' | 'readBuild' | 'findBuild'>
  readonly clock: Clock
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>
  readonly onEvent: OnUploadEvent
  readonly signal?: AbortSignal | undefined
  /** How long to wait for Apple in all; an hour if absent. */
  readonly patienceMs?: number | undefined
}

/** A build that Apple has processed. */
export interface FollowedBuild {
  readonly build: StoreBuild
  /** What Apple complains about without refusing it. */
  readonly warnings: readonly string[]
}

const PATIENCE_MS = 60 * MINUTE_MS
const FIRST_WAIT_MS = 5 * SECOND_MS
const LONGEST_WAIT_MS = 30 * SECOND_MS

/**
 * Waits until Apple has processed an upload and the build that comes of it, asking less and less often.
 * Errors: `delivery.processing_failed`, `delivery.processing_slow`.
 */
export async function followUpload(uploadId: string, wish: UploadWish, following: Following): Promise<FollowedBuild> {
  const waiting = new Waiting(uploadId, following)
  const upload = await waiting.until('upload', async () => {
    const status = await following.port.readUpload(uploadId)
    if (status?.state === 'failed') throw refusedBy(uploadId, status.errors)
    return { isDone: status?.state === 'complete', state: status?.state ?? 'not visible', value: status }
  })
  const build = await waiting.until('build', async () => {
    const found = await findBuild(upload?.buildId ?? undefined, uploadId, wish, following)
    if (found?.state === 'invalid' || found?.state === 'failed') throw refusedBy(uploadId, invalidNote(found))
    return { isDone: found?.state === 'valid', state: found?.state ?? 'not visible', value: found }
  })
  if (build === undefined) throw new TypeError('a build that is done is there')
  return { build, warnings: (upload?.warnings ?? []).map(explain) }
}

// The relation comes late, and Apple has been seen to give build and upload the same id.
async function findBuild(id: string | undefined, uploadId: string, wish: UploadWish, { port }: Following) {
  return (await port.readBuild(id ?? uploadId)) ?? (await port.findBuild(wish))
}

function invalidNote({ state }: StoreBuild): readonly AppleNote[] {
  return [{ code: '', text: `Apple calls the build ${state} and has sent an e-mail that says why` }]
}

function refusedBy(uploadId: string, errors: readonly AppleNote[]) {
  const problems = errors.map((note) => ({ code: note.code, text: explain(note) }))
  const detail = problems.map(({ text }) => text).join('; ') || 'Apple does not say why'
  return deliveryErrors.processing_failed({ uploadId, problems }, { detail })
}

class Waiting {
  readonly #uploadId: string
  readonly #following: Following
  readonly #startedAt: number
  #told = ''

  constructor(uploadId: string, following: Following) {
    this.#uploadId = uploadId
    this.#following = following
    this.#startedAt = following.clock.now()
  }

  async until<T>(
    what: 'upload' | 'build',
    look: () => Promise<{ readonly isDone: boolean; readonly state: string; readonly value: T }>,
  ): Promise<T> {
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 1.5, LONGEST_WAIT_MS)) {
      const { isDone, state, value } = await look()
      this.#tell(what, state)
      if (isDone) return value
      const { clock, sleep, signal, patienceMs = PATIENCE_MS } = this.#following
      const waitedMs = clock.now() - this.#startedAt
      if (waitedMs + waitMs > patienceMs) throw this.#slow(state, waitedMs)
      await sleep(Math.round(waitMs), signal)
    }
  }

  #tell(what: 'upload' | 'build', state: string): void {
    const told = `${what} ${state}`
    if (told !== this.#told) this.#following.onEvent({ kind: 'processing', what, state })
    this.#told = told
  }

  #slow(state: string, waitedMs: number) {
    const waitedSeconds = Math.round(waitedMs / SECOND_MS)
    const detail = `${state} after ${waitedSeconds} s`
    return deliveryErrors.processing_slow({ uploadId: this.#uploadId, state, waitedSeconds }, { detail })
  }
}
