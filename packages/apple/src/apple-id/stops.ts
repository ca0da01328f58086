import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS, plusMs } from '@cordon/core/instant'
import { textMember } from '../transport/answer.ts'
import { parseRetryAfter } from '../transport/rate-limit.ts'
import type { CookieAnswer } from './exchange.ts'
import type { ActionRequired, ProtocolChanged, RequiredAction, SignInStop, Throttled } from './outcomes.ts'

/** Apple's codes at sign-in. Source: Apple's answers as recorded by several clients, 2017 to 2026. */
export const SIGN_IN_CODES = {
  locked: '-20209',
  refusedForNow: '-36607',
  troubled: '-1018',
  wrongCode: '-21669',
  tooManyCodes: '-22982',
  cannotSend: '-28248',
} as const

const UNLOCK_PAGE = 'https://iforgot.apple.com'
const ACCOUNT_PAGE = 'https://account.apple.com'

interface Wait {
  readonly reason: Throttled['reason']
  /** How long to wait when Apple does not say. */
  readonly waitMs: number
}

const WAIT_BY_CODE: Readonly<Record<string, Wait>> = {
  [SIGN_IN_CODES.refusedForNow]: { reason: 'refused-for-now', waitMs: DAY_MS },
  [SIGN_IN_CODES.troubled]: { reason: 'unavailable', waitMs: 15 * MINUTE_MS },
}

// A 503 has also been the answer to too many sign-ins, and then took more than an hour to go away.
const WAIT_BY_STATUS: Readonly<Record<number, Wait>> = {
  429: { reason: 'too-many-requests', waitMs: 15 * MINUTE_MS },
  500: { reason: 'unavailable', waitMs: 15 * MINUTE_MS },
  502: { reason: 'unavailable', waitMs: 15 * MINUTE_MS },
  503: { reason: 'unavailable', waitMs: HOUR_MS },
  504: { reason: 'unavailable', waitMs: 15 * MINUTE_MS },
}

/** What an answer means that ends the sign-in at whatever step it comes; `protocol-changed` for what nobody has described. */
export function stopOf(step: string, answer: CookieAnswer, now: Instant): SignInStop {
  if (answer.codes.includes(SIGN_IN_CODES.locked)) return { outcome: 'locked', url: UNLOCK_PAGE }
  const wait = waitOf(answer)
  if (wait !== undefined) return throttled(wait, answer, now)
  if (answer.status === 412) return actionRequired(answer)
  return protocolChanged(step, answer, 'an answer that is not known')
}

function waitOf({ status, codes }: CookieAnswer): Wait | undefined {
  const byCode = codes.map((code) => WAIT_BY_CODE[code]).find((wait) => wait !== undefined)
  if (byCode !== undefined) return byCode
  // Apple gives no reason when the work of hashcash or the address does not suit it.
  if (status === 403 && codes.length === 0) return { reason: 'not-accepted', waitMs: HOUR_MS }
  return WAIT_BY_STATUS[status]
}

/** A wait, as long as Apple says or as is prudent. */
export function throttled({ reason, waitMs }: Wait, answer: CookieAnswer, now: Instant): Throttled {
  const asked = parseRetryAfter(answer.headers.get('retry-after'), now)
  // A refusal of the account is not over when a server on the way would take requests again.
  const wait = reason === 'refused-for-now' ? Math.max(asked ?? 0, waitMs) : (asked ?? waitMs)
  return { outcome: 'throttled', reason, retryAt: plusMs(now, wait) }
}

const ACTIONS: Readonly<Record<string, RequiredAction>> = {
  hsa2: 'accept-terms',
  hsa: 'set-up-two-factor',
  sa: 'set-up-two-factor',
  'non-sa': 'set-up-two-factor',
}

// Apple's own link carries the key of the sign-in, so the page for people is named instead.
function actionRequired(answer: CookieAnswer): ActionRequired {
  const action = ACTIONS[textMember(answer.document, 'authType') ?? ''] ?? 'repair'
  return { outcome: 'action-required', action, url: ACCOUNT_PAGE }
}

/** The account must get two-factor authentication first. */
export const TWO_FACTOR_NEEDED: ActionRequired = {
  outcome: 'action-required',
  action: 'set-up-two-factor',
  url: ACCOUNT_PAGE,
}

/** An answer that is not understood; only what is safe to log is kept of it. */
export function protocolChanged(
  step: string,
  { status, codes }: Pick<CookieAnswer, 'status' | 'codes'>,
  detail: string,
): ProtocolChanged {
  return { outcome: 'protocol-changed', step, status, codes, detail }
}
