import type { CordonError } from '@cordon/core/errors'
import { type Clock, type Instant, instant, MINUTE_MS, plusMs, SECOND_MS } from '@cordon/core/instant'
import { appleErrors } from './errors.ts'
import { MAX_BODY_BYTES } from './transport/answer.ts'
import {
  type AppleRequest,
  type Exchange,
  exchangeOnce,
  type Fetch,
  type Outcome,
  urlOf,
} from './transport/exchange.ts'
import { createGate } from './transport/gate.ts'
import { createIntroduction } from './transport/introduction.ts'
import { judge } from './transport/judge.ts'
import { parseRateLimit, type RateLimit } from './transport/rate-limit.ts'
import { RETRY_RULES, type RetryRule, type Situation, waitBefore } from './transport/retry.ts'
import { operationOf, type Perform, type ReadTask, type TokenSource, type WriteTask } from './transport/task.ts'

/** What the way to Apple is made of. */
export interface TransportOptions {
  /** Everything before `/v1`. The token is sent to its origin and nowhere else. */
  readonly baseUrl: string
  /** Absent when `fetch` itself knows how to prove who asks. */
  readonly tokens?: TokenSource
  readonly fetch: Fetch
  readonly clock: Clock
  /** Waits, and ends with the signal's reason when it is aborted. */
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>
  /** 0 (included) to 1 (excluded), for jitter. */
  readonly random?: () => number
  readonly onExchange?: (exchange: Exchange) => void
  /** Requests under way at once. 6 if absent: many more make Apple answer with random 500s. */
  readonly concurrency?: number
  /** Longest time for one try, in milliseconds. A minute if absent. */
  readonly timeoutMs?: number
  /** Situations that are treated differently from `RETRY_RULES`. */
  readonly rules?: Partial<Record<Situation, RetryRule>>
  /** Makes the signal that ends one try. `AbortSignal.timeout` if absent. */
  readonly deadline?: (timeoutMs: number) => AbortSignal
  readonly maxBodyBytes?: number
}

/** The way to Apple for one key. */
export interface Transport {
  readonly perform: Perform
  /** Requests sent so far, retries included. */
  requests(): number
  /** What Apple said last about the budget of the key. */
  rateLimit(): RateLimit | undefined
  /** Apple's clock minus ours in milliseconds, by the last answer; 0 below half a minute. */
  clockSkewMs(): number
}

interface Try {
  readonly url: URL
  /** 1 for the first one. */
  readonly attempt: number
  /** The last token was refused. */
  readonly isFresh: boolean
  readonly signal: AbortSignal | undefined
}

const DEFAULT_PATIENCE_MS = 15 * MINUTE_MS
const MIN_SKEW_MS = 30 * SECOND_MS

/**
 * Makes the way to Apple for one key. Reads are repeated as `RETRY_RULES` says. A write whose effect is unknown is never
 * repeated blindly: its effect is looked for first. A rate limit pauses every request of the key.
 */
export function createTransport(options: TransportOptions): Transport {
  const { clock, sleep, tokens, random = Math.random } = options
  const baseUrl = new URL(options.baseUrl)
  const rules: Record<Situation, RetryRule> = { ...RETRY_RULES, ...options.rules }
  const gate = createGate(options.concurrency ?? 6)
  const context = {
    fetch: options.fetch,
    clock,
    timeoutMs: options.timeoutMs ?? MINUTE_MS,
    deadline: options.deadline ?? AbortSignal.timeout,
    maxBodyBytes: options.maxBodyBytes ?? MAX_BODY_BYTES,
    onExchange: options.onExchange,
  }
  // Owned here: what the answers so far have told about key and clock.
  let requests = 0
  let pausedUntil: Instant = instant(0)
  let rateLimit: RateLimit | undefined
  let skewMs = 0

  const introduction = createIntroduction(appleErrors.key_rejected.is)
  // Without tokens of ours there is no key to be refused.
  if (tokens === undefined) introduction.accept()

  const observe = (outcome: Outcome): void => {
    if (outcome.kind !== 'answer') return
    if (isAcceptance(outcome.answer.status)) introduction.accept()
    rateLimit = parseRateLimit(outcome.answer.headers.get('x-rate-limit'), clock.now()) ?? rateLimit
    skewMs = readSkewMs(outcome.answer.headers.get('date'), clock.now()) ?? skewMs
  }

  const outlastPause = async (request: AppleRequest, canWait: (ms: number) => boolean, signal?: AbortSignal) => {
    while (clock.now() < pausedUntil) {
      const waitMs = pausedUntil - clock.now()
      if (!canWait(waitMs)) throw pausedError(request, waitMs)
      await sleep(waitMs, signal)
    }
  }

  const sendOnce = (
    request: AppleRequest,
    { url, attempt, isFresh, canWait, signal }: Try & { canWait: (ms: number) => boolean },
  ) =>
    gate.run(async () => {
      await outlastPause(request, canWait, signal)
      const token = await tokens?.token({ fresh: isFresh, skewMs })
      requests += 1
      const outcome = await exchangeOnce(request, { url, token, attempt, signal }, context)
      observe(outcome)
      return outcome
    }, signal)

  const perform: Perform = (task, limits = {}) => introduction.run(() => carryOut(task, limits), limits.signal)

  const carryOut: Perform = async (task, limits = {}) => {
    const { request } = task
    const url = ownUrl(request, baseUrl)
    const startedAt = clock.now()
    const giveUpAt = plusMs(startedAt, limits.patienceMs ?? DEFAULT_PATIENCE_MS)
    const retries = new Map<Situation, number>()
    const canWait = (ms: number) => clock.now() + ms <= giveUpAt
    const findEffect = () => findEffectOf(task, plusMs(startedAt, skewMs), limits.signal)
    let situation: Situation | undefined
    let isUncertain = false

    for (let attempt = 1; ; attempt += 1) {
      const isFresh = situation === 'unauthorized'
      const outcome = await sendOnce(request, { url, attempt, isFresh, canWait, signal: limits.signal })
      const result = judge(task, outcome, skewMs, clock.now())
      if (result.kind === 'done') return result.value
      situation = result.situation
      if (situation !== 'unauthorized') introduction.stepAside()
      const rule = ruleFor(situation, rules, introduction.isAccepted())
      isUncertain ||= request.method !== 'GET' && rule.write === 'reconcile'
      const retry = (retries.get(situation) ?? 0) + 1
      retries.set(situation, retry)
      const waitMs = waitBefore(retry, rule.wait, { now: clock.now(), random, retryAfterMs: result.retryAfterMs })
      if (situation === 'rate_limited') pausedUntil = laterOf(pausedUntil, plusMs(clock.now(), waitMs))
      const isLast = retry > rule.retries || !canWait(waitMs)
      if (!isLast && waitMs > 0) await sleep(waitMs, limits.signal)
      // Also before a plain refusal: "already exists" after a repeated create is the first try's success.
      if (isUncertain && (isLast || rule.write === 'reconcile')) {
        const found = await findEffect()
        if (found !== undefined) return found.value
      }
      if (isLast) throw result.error
    }
  }

  return { perform, requests: () => requests, rateLimit: () => rateLimit, clockSkewMs: () => skewMs }
}

/** Apple refuses a key that it took before at random, and gets over it. A key that it never took is asked about once more, at once. */
function ruleFor(situation: Situation, rules: Readonly<Record<Situation, RetryRule>>, isAccepted: boolean): RetryRule {
  const rule = rules[situation]
  if (situation !== 'unauthorized' || isAccepted) return rule
  return { ...rule, retries: Math.min(rule.retries, 1), wait: { kind: 'none' } }
}

/** Apple looks at the key before all else; what fails or is limited on the way tells nothing of it. */
function isAcceptance(status: number): boolean {
  return status !== 401 && status !== 429 && status < 500
}

function ownUrl(request: AppleRequest, baseUrl: URL): URL {
  const url = urlOf(request, baseUrl)
  if (url.origin === baseUrl.origin && url.username === '' && url.password === '') return url
  throw appleErrors.unexpected_answer(
    { operation: operationOf(request) },
    { detail: `Apple\u2019s answer points to another server (${url.host}) for the next page; it was not followed.` },
  )
}

async function findEffectOf<T>(
  task: ReadTask<T> | WriteTask<T>,
  startedAt: Instant,
  signal: AbortSignal | undefined,
): Promise<{ value: T } | undefined> {
  if (!('reconcile' in task)) return undefined
  try {
    return await task.reconcile(startedAt)
  } catch (cause) {
    signal?.throwIfAborted()
    throw appleErrors.write_unconfirmed({ operation: operationOf(task.request) }, { cause })
  }
}

function pausedError(request: AppleRequest, waitMs: number): CordonError {
  return appleErrors.rate_limited(
    { operation: operationOf(request), retryAfterSeconds: Math.ceil(waitMs / SECOND_MS) },
    { detail: `Requests with this key pause for another ${Math.ceil(waitMs / SECOND_MS)} s.` },
  )
}

function readSkewMs(header: string | null, now: Instant): number | undefined {
  const at = header === null ? Number.NaN : Date.parse(header)
  if (Number.isNaN(at)) return undefined
  return Math.abs(at - now) < MIN_SKEW_MS ? 0 : at - now
}

function laterOf(a: Instant, b: Instant): Instant {
  return a > b ? a : b
}
