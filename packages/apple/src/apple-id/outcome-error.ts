import type { CordonError } from '@cordon/core/errors'
import { type Instant, SECOND_MS } from '@cordon/core/instant'
import { type AppleFacts, appleErrors } from '../errors.ts'
import type { RefreshOutcome, RequiredAction, SendCodeOutcome, SignInOutcome, VerifyCodeOutcome } from './outcomes.ts'

type AnyOutcome = SignInOutcome | RefreshOutcome | SendCodeOutcome | VerifyCodeOutcome
/** The outcomes that are no success and no question. */
export type FailedOutcome = Exclude<AnyOutcome, { outcome: 'signed-in' | 'second-factor' | 'sent' }>

const SIMPLE = {
  'bad-credentials': appleErrors.apple_id_credentials_wrong,
  locked: appleErrors.apple_id_locked,
  'security-keys': appleErrors.security_keys_unsupported,
  'no-app-store-connect-access': appleErrors.no_app_store_connect_access,
  'trust-expired': appleErrors.trust_expired,
  'wrong-code': appleErrors.code_wrong,
  'too-many-codes': appleErrors.codes_exhausted,
  'cannot-send': appleErrors.code_not_sent,
  'too-many-sent': appleErrors.codes_sent_limit_reached,
  'attempt-expired': appleErrors.sign_in_attempt_expired,
} as const satisfies Record<
  Exclude<FailedOutcome['outcome'], 'action-required' | 'throttled' | 'protocol-changed'>,
  unknown
>

const ACTIONS = {
  'accept-terms': appleErrors.apple_id_terms_pending,
  'set-up-two-factor': appleErrors.apple_id_two_factor_needed,
  repair: appleErrors.apple_id_repair_needed,
} as const satisfies Record<RequiredAction, unknown>

const OPERATION = 'sign-in'

/** The error of an outcome, with whose move it is. */
export function outcomeError(outcome: FailedOutcome, now: Instant): CordonError {
  switch (outcome.outcome) {
    case 'action-required':
      return ACTIONS[outcome.action]({ operation: OPERATION, appleLink: outcome.url })
    case 'throttled': {
      const retryAfterSeconds = Math.max(0, Math.ceil((outcome.retryAt - now) / SECOND_MS))
      return appleErrors.sign_in_throttled({ operation: OPERATION, retryAfterSeconds })
    }
    case 'protocol-changed': {
      const facts: AppleFacts = {
        operation: `${OPERATION}: ${outcome.step}`,
        appleStatus: outcome.status,
        ...(outcome.codes.length > 0 && { appleCode: outcome.codes.join(', ') }),
      }
      return appleErrors.sign_in_changed(facts, { detail: `At the step "${outcome.step}" came ${outcome.detail}.` })
    }
    default:
      return SIMPLE[outcome.outcome]({ operation: OPERATION, ...('url' in outcome && { appleLink: outcome.url }) })
  }
}
