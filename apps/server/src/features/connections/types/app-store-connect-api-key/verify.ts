import { connectionErrors } from '@cordon/api/connections/errors'
import type { ConnectionCheck } from '@cordon/api/connections/schema'
import { type AppleKey, createAppStoreConnect } from '@cordon/apple/app-store-connect/client'
import { type CheckName, checkKey, type InferredRole, type KeyCheck } from '@cordon/apple/app-store-connect/key-check'
import { appleErrors } from '@cordon/apple/errors'
import type { CordonError } from '@cordon/core/errors'
import { SECOND_MS } from '@cordon/core/instant'
import type { Apple, Verification } from '../connection-type.ts'

/** A person waits for it. */
const PATIENCE_MS = 20 * SECOND_MS
const TRY_TIMEOUT_MS = 10 * SECOND_MS

/** Tries a key against Apple with a few small reads; changes nothing there. */
export async function verify(key: AppleKey, apple: Apple): Promise<Verification> {
  const { fetch, clock, sleep } = apple
  const baseUrl = key.kind === 'enterprise' ? apple.enterpriseBaseUrl : apple.baseUrl
  const client = createAppStoreConnect({ key, fetch, clock, sleep, baseUrl, timeoutMs: TRY_TIMEOUT_MS })
  const checked = await checkKey(client, { patienceMs: PATIENCE_MS })
  const checks = checked.checks.map((check) => ({ ...check, title: TITLES[check.name] }))
  const outcome = outcomeOf(checked)
  return {
    state: OUTCOMES[outcome].state,
    checks,
    teamId: checked.teamId ?? null,
    role: ROLES[checked.role],
    refusal: OUTCOMES[outcome].refusal(checks, checked.error),
  }
}

const TITLES = {
  key_accepted: 'Key accepted',
  role: 'Role of the key',
  provisioning_readable: 'Certificates and profiles readable',
  agreements: 'Agreements in force',
} as const satisfies Record<CheckName, string>

const ROLES = {
  admin: 'Admin',
  app_manager_or_developer: 'App Manager or Developer',
  limited: 'without provisioning',
  individual: 'that of its user',
  unknown: null,
} as const satisfies Record<InferredRole, string | null>

type Outcome = 'accepted' | 'agreements' | 'rejected' | 'rate_limited' | 'unreachable'

function outcomeOf({ verdict, checks, error }: KeyCheck): Outcome {
  if (verdict === 'rejected') return 'rejected'
  if (checks.some(({ name, result }) => name === 'agreements' && result === 'failed')) return 'agreements'
  if (verdict !== 'undetermined') return 'accepted'
  return appleErrors.rate_limited.is(error) ? 'rate_limited' : 'unreachable'
}

type Refuse = (checks: readonly ConnectionCheck[], error: CordonError | undefined) => CordonError | undefined

// What each outcome means for the connection's health, and the error of a connect that is not insisted on.
const OUTCOMES: Readonly<Record<Outcome, { readonly state: Verification['state']; readonly refusal: Refuse }>> = {
  accepted: { state: 'healthy', refusal: () => undefined },
  agreements: {
    state: 'agreement_needed',
    refusal: (checks, error) =>
      connectionErrors.agreements_missing({ checks, appleRequestId: requestIdOf(error) }, explained(error)),
  },
  rejected: {
    state: 'rejected',
    refusal: (checks, error) =>
      connectionErrors.rejected_by_apple({ checks, appleRequestId: requestIdOf(error) }, explained(error)),
  },
  rate_limited: {
    state: 'unreachable',
    refusal: (checks, error) =>
      connectionErrors.apple_rate_limited({ checks, retryAfterSeconds: retryAfterOf(error) }, explained(error)),
  },
  unreachable: {
    state: 'unreachable',
    refusal: (checks, error) =>
      connectionErrors.apple_unreachable({ checks, reason: error?.title ?? 'Apple gave no answer' }, explained(error)),
  },
}

function explained(error: CordonError | undefined) {
  return { ...(error?.detail === undefined ? {} : { detail: error.detail }), cause: error }
}

function requestIdOf(error: CordonError | undefined): string | null {
  const id = error?.details.appleRequestId
  return typeof id === 'string' ? id : null
}

function retryAfterOf(error: CordonError | undefined): number | null {
  const seconds = error?.details.retryAfterSeconds
  return typeof seconds === 'number' ? seconds : null
}
