import type { ConnectionCheck, HealthState } from '@cordon/api/connections/schema'
import type { SessionCheck } from '@cordon/apple/apple-id/outcomes'
import { type Instant, toIso } from '@cordon/core/instant'
import type { AppleIdHealth } from './parts.ts'
import type { SessionEnd } from './session-store.ts'
import { endText } from './texts.ts'

type Row = Pick<ConnectionCheck, 'result' | 'explanation'>

const WEB_SESSION = {
  valid: { result: 'passed', explanation: 'App Store Connect knows the session.' },
  expired: { result: 'failed', explanation: 'App Store Connect does not know the session any more.' },
  unavailable: { result: 'unknown', explanation: 'App Store Connect could not be asked.' },
} as const satisfies Record<SessionCheck['webSession'], Row>

const PORTAL = {
  valid: { result: 'passed', explanation: 'The developer portal knows the session.' },
  expired: { result: 'failed', explanation: 'The developer portal does not know the session any more.' },
  unavailable: { result: 'unknown', explanation: 'The developer portal could not be asked.' },
  'no-membership': {
    result: 'failed',
    explanation: 'The Apple ID is in no developer team: ask a team’s Account Holder to invite it.',
  },
  'agreement-pending': { result: 'passed', explanation: 'The developer portal knows the session.' },
} as const satisfies Record<SessionCheck['portal'], Row>

/** What a check of both halves of a session says, for people. */
export function healthOf(check: SessionCheck, now: Instant): AppleIdHealth {
  return { state: stateOf(check), checks: checksOf(check), checkedAt: now }
}

function stateOf({ webSession, portal }: SessionCheck): HealthState {
  if (portal === 'agreement-pending') return 'agreement_needed'
  // One half that reads expired may be valid at the next look; a session that is over is told of elsewhere.
  if (![webSession, portal].every((half) => half !== 'unavailable' && half !== 'expired')) return 'unreachable'
  return portal === 'no-membership' ? 'rejected' : 'healthy'
}

function checksOf({ webSession, portal, teams, summary }: SessionCheck): ConnectionCheck[] {
  const agreement = portal === 'agreement-pending'
  const unknown = portal === 'unavailable' || portal === 'expired'
  return [
    { name: 'web_session', title: 'Web session', ...WEB_SESSION[webSession] },
    { name: 'developer_portal', title: 'Developer portal', ...PORTAL[portal] },
    {
      name: 'agreements',
      title: 'Agreements in force',
      result: agreement ? 'failed' : unknown ? 'unknown' : 'passed',
      explanation: agreement
        ? 'Apple wants an agreement accepted: the Account Holder does that at developer.apple.com/account.'
        : 'Apple asked for nothing.',
    },
    {
      name: 'device_trust',
      title: 'Trust',
      result: summary.twoFactor ? 'passed' : 'not_applicable',
      explanation: trustText(summary),
    },
    {
      name: 'teams',
      title: 'Developer teams',
      result: teams.length > 0 ? 'passed' : unknown || agreement ? 'unknown' : 'failed',
      explanation:
        teams.length > 0 ? teams.map(({ name, teamId }) => `${name} (${teamId})`).join(', ') : 'None was named.',
    },
  ]
}

function trustText({ twoFactor, trustedUntil }: SessionCheck['summary']): string {
  if (!twoFactor) return 'The account has no two-factor authentication, so nothing expires by date.'
  if (trustedUntil === null) return 'Apple gave no trust: the next sign-in asks for a code.'
  return `Apple trusts this server until ${toIso(trustedUntil).slice(0, 10)}.`
}

const END_STATES = {
  expired: 'expired',
  password_refused: 'rejected',
  locked: 'locked',
  action_needed: 'action_needed',
} as const satisfies Record<SessionEnd['state'], HealthState>

/** How a session that is over looks. */
export function healthOfEnd(end: SessionEnd, now: Instant): AppleIdHealth {
  const check = { name: 'web_session', title: 'Web session', result: 'failed', explanation: endText(end) } as const
  return { state: END_STATES[end.state], checks: [check], checkedAt: now }
}

const WAITS = {
  apple: 'Apple wants no sign-in',
  cordon: 'the last try did not succeed: Cordon does not try again',
} as const

/** How a session looks that has run out while nobody may renew it, and whose wish that is. */
export function healthOfWaiting(whose: keyof typeof WAITS, until: Instant | undefined, now: Instant): AppleIdHealth {
  const when = until === undefined ? 'for a while' : `before ${toIso(until).slice(0, 16).replace('T', ' ')} UTC`
  const explanation = `The session must be renewed, and ${WAITS[whose]} ${when}.`
  const check = { name: 'web_session', title: 'Web session', result: 'unknown', explanation } as const
  return { state: 'unreachable', checks: [check], checkedAt: now }
}
