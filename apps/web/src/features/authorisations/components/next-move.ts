import type { AuthorisationTest } from '@cordon/api/authorisations/schema'
import type { ConnectionTypeName, HealthState } from '@cordon/api/connections/schema'

/** Who can put right what a test has found, and how. */
export interface Move {
  /** `owner`: of the connection. `holder`: the Account Holder of the Apple team. `nobody`: it is Apple's own trouble. */
  readonly whose: 'owner' | 'holder' | 'nobody'
  /** An instruction, without full stop. */
  readonly what: string
}

type Tested = Pick<AuthorisationTest, 'state' | 'checks' | 'session'>

const SIGN_IN = 'sign in to the Apple ID again'
const REPLACE = 'replace it by "Replace key" on the connection'

const WAIT: Move = { whose: 'nobody', what: 'Apple did not answer; test again in a few minutes' }
const ACCEPT: Move = {
  whose: 'holder',
  what: 'accept what waits at App Store Connect › Business and at developer.apple.com/account, or renew the membership',
}

const MOVES: Readonly<Record<ConnectionTypeName, Partial<Record<HealthState, Move>>>> = {
  app_store_connect_api_key: {
    untested: WAIT,
    unreachable: WAIT,
    agreement_needed: ACCEPT,
    rejected: {
      whose: 'owner',
      what: `compare key ID, issuer ID and file with App Store Connect › Users and Access › Integrations; when the key is revoked there, make a new one and ${REPLACE}`,
    },
  },
  apple_id: {
    untested: WAIT,
    unreachable: WAIT,
    agreement_needed: ACCEPT,
    rejected: { whose: 'owner', what: `${SIGN_IN}, with its present password` },
    expired: { whose: 'owner', what: SIGN_IN },
    locked: { whose: 'owner', what: 'unlock the Apple ID at iforgot.apple.com, then sign in again' },
    action_needed: { whose: 'owner', what: 'do what Apple asks for on its page, then sign in again' },
  },
}

const JOIN_TEAM: Move = { whose: 'holder', what: 'invite the Apple ID to the developer team' }
const MAKE_ADMIN_KEY: Move = { whose: 'owner', what: `make a key with the role Admin at Apple and ${REPLACE}` }

/** Whose move it is after a test; undefined when nothing has to be done. */
export function nextMove(type: ConnectionTypeName, { state, checks, session }: Tested): Move | undefined {
  const failed = checks.filter(({ result }) => result === 'failed').map(({ name }) => name)
  // Apple takes the password of an Apple ID that is in no team: to sign in again would change nothing.
  if (state === 'rejected' && session?.state !== 'password_refused' && failed.includes('teams')) return JOIN_TEAM
  if (state === 'healthy') return failed.includes('role') ? MAKE_ADMIN_KEY : undefined
  return MOVES[type][state]
}
