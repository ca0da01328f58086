import type { CordonError } from '@cordon/core/errors'
import { type Instant, SECOND_MS } from '@cordon/core/instant'
import { appleError, nameAppleError } from '../error-table.ts'
import { type AppleFacts, appleErrors } from '../errors.ts'
import { type Answer, problemsIn } from './answer.ts'
import { type AppleRequest, failureCode, type Outcome } from './exchange.ts'
import { parseRetryAfter } from './rate-limit.ts'
import { type Situation, situationOfStatus } from './retry.ts'
import { operationOf, type ReadTask, type WriteTask } from './task.ts'

/** What a try came to: the value, or why not and what that means for a retry. */
export type Judged<T> =
  | { readonly kind: 'done'; readonly value: T }
  | {
      readonly kind: 'failed'
      readonly situation: Situation
      readonly error: CordonError
      readonly retryAfterMs?: number | undefined
    }

/** Reads the outcome of one try. `skewMs` is Apple's clock minus ours, for the error of a refused token. */
export function judge<T>(task: ReadTask<T> | WriteTask<T>, outcome: Outcome, skewMs: number, now: Instant): Judged<T> {
  const facts: AppleFacts = { operation: operationOf(task.request) }
  if (outcome.kind === 'too_large') {
    const error = appleErrors.unexpected_answer(facts, { detail: 'Apple\u2019s answer is far larger than expected.' })
    return { kind: 'failed', situation: task.request.method === 'GET' ? 'final' : 'no_answer', error }
  }
  if (outcome.kind === 'failure') return judgeFailure(outcome, facts)
  const { answer } = outcome
  const known = { ...facts, ...(answer.requestId !== undefined && { appleRequestId: answer.requestId }) }
  if (answer.status < 200 || answer.status > 299) return judgeRefusal(task.request, answer, known, skewMs, now)
  return judgeSuccess(task, answer, known)
}

function judgeFailure<T>(outcome: Outcome & { kind: 'failure' }, facts: AppleFacts): Judged<T> {
  const code = failureCode(outcome.cause)
  const options = { cause: outcome.cause, ...(code !== undefined && { detail: `The connection failed: ${code}.` }) }
  const error = outcome.isTimeout
    ? appleErrors.timed_out(facts, { cause: outcome.cause })
    : appleErrors.unreachable(facts, options)
  return { kind: 'failed', situation: outcome.situation, error }
}

function judgeSuccess<T>(task: ReadTask<T> | WriteTask<T>, answer: Answer, facts: AppleFacts): Judged<T> {
  const values = { ...facts, appleStatus: answer.status }
  if (!answer.isReadable)
    return { kind: 'failed', situation: 'no_answer', error: appleErrors.unexpected_answer(values) }
  try {
    return { kind: 'done', value: task.read(answer) }
  } catch (cause) {
    return { kind: 'failed', situation: 'no_answer', error: appleErrors.unexpected_answer(values, { cause }) }
  }
}

function judgeRefusal<T>(
  request: AppleRequest,
  answer: Answer,
  facts: AppleFacts,
  skewMs: number,
  now: Instant,
): Judged<T> {
  const problems = problemsIn(answer.document)
  const retryAfterMs = parseRetryAfter(answer.headers.get('retry-after'), now)
  const error = appleError(answer.status, problems, {
    ...facts,
    ...(retryAfterMs !== undefined && { retryAfterSeconds: Math.ceil(retryAfterMs / SECOND_MS) }),
    ...(answer.status === 401 && skewMs !== 0 && { clockSkewSeconds: Math.round(skewMs / SECOND_MS) }),
  })
  const situation = situationOf(request, answer.status, nameAppleError(answer.status, problems))
  return { kind: 'failed', situation, error, retryAfterMs }
}

function situationOf(request: AppleRequest, status: number, name: string): Situation {
  if (name === 'agreements_required') return 'agreements'
  const isMissing = name === 'not_found' || name === 'bundle_id_missing'
  if (request.awaitsCreation === true && isMissing) return 'not_there_yet'
  return situationOfStatus(status)
}
