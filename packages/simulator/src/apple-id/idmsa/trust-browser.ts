import type { Answer } from '../../http/service.ts'
import { attemptHeaders, newAttributes, newToken } from '../attempts/attempts.ts'
import { setCookie } from '../cookies/write.ts'
import { giveTrust, setTrustCookie } from '../trust/trust.ts'
import type { WebCall } from '../web/service.ts'
import { requireAttempt } from './attempting.ts'
import { beginSession } from './finish.ts'

const ACN_SECONDS = 31_536_000

/** Trusts the browser: the trust cookie and the web session that lasts. */
export function trustBrowser(call: WebCall): Answer {
  const { world } = call
  const { account, attempt } = requireAttempt(call)
  if (!attempt.isVerified || attempt.repair === 'asked') return { status: 403 }
  const session = beginSession(world, account, attempt)
  const trust = account.switches.givesTrust ? [setTrustCookie(world, account, giveTrust(world, account))] : []
  return {
    status: 204,
    headers: {
      'X-Apple-TwoSV-Trust-Token': newToken(world, attempt.id),
      'X-Apple-Session-Token': newToken(world, attempt.id),
      'X-Apple-Auth-Attributes': newAttributes(world),
      ...attemptHeaders(world, attempt.id),
      'Set-Cookie': [
        session,
        ...trust,
        setCookie({ name: 'acn01', value: newAttributes(world), domain: 'apple.com', maxAgeSeconds: ACN_SECONDS }),
      ],
    },
  }
}
