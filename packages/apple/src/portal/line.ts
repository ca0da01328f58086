import type { AppleIdContext } from '../apple-id/context.ts'
import type { CookieJar } from '../apple-id/cookies.ts'
import { type CookieAnswer, type CookieRequest, send } from '../apple-id/exchange.ts'
import type { AppleHost } from '../apple-id/hosts.ts'
import { member } from '../transport/answer.ts'

/** A request to the developer portal; the line knows which host answers. */
export type PortalRequest = Omit<CookieRequest, 'host' | 'isAnonymous'> & {
  /** Changes nothing, so it may be asked of the second host whatever became of it at the first. */
  readonly isRead: boolean
}

/** The way to the developer portal for one session. */
export interface PortalLine {
  /** Sends with cookies and the newest CSRF pair. Throws as `send` does. */
  send(request: PortalRequest): Promise<CookieAnswer>
  /** Requests sent so far. */
  requests(): number
}

/** The question for the teams of a session. */
export const TEAMS_PATH = '/services-account/QH65B2/account/listTeams.action'
const FIRST_HOST: AppleHost = 'developer.apple.com'
const SECOND_HOST: AppleHost = 'developer-mdn.apple.com'

/**
 * Opens the way to the portal. Apple hands out a CSRF pair with each answer and wants the newest one back. When the first host
 * is in maintenance or does not take the cookies, the second one is asked from then on.
 * Source: observed (@expo/apple-utils, expo/eas-cli issues 1672 and 2459).
 */
export function openLine(context: AppleIdContext, jar: CookieJar): PortalLine {
  // Owned here: what the answers so far have told.
  let csrf: Readonly<Record<string, string>> | undefined
  let host = FIRST_HOST
  let requests = 0

  const sendTo = async (to: AppleHost, { isRead, headers, ...request }: PortalRequest): Promise<CookieAnswer> => {
    requests += 1
    const answer = await send(context, jar, {
      ...request,
      host: to,
      headers: { accept: 'application/json', 'x-requested-with': 'XMLHttpRequest', ...headers, ...csrf },
      ...(isRead && { isRepeatable: true }),
    })
    csrf = csrfIn(answer.headers) ?? csrf
    return answer
  }

  // A change needs a pair, and every answer brings one; this is the cheapest question.
  const learnCsrf = () => sendTo(host, { method: 'POST', path: TEAMS_PATH, isRead: true })

  return {
    requests: () => requests,
    send: async (request) => {
      if (!request.isRead && csrf === undefined) await learnCsrf()
      const answer = await sendTo(host, request)
      const hasSecond = context.origins.developerFallback !== undefined && host === FIRST_HOST
      if (!hasSecond || !isDown(answer, request.isRead)) return answer
      host = SECOND_HOST
      return sendTo(host, request)
    },
  }
}

function csrfIn(headers: Headers): Readonly<Record<string, string>> | undefined {
  const csrf = headers.get('csrf')
  const stamp = headers.get('csrf_ts')
  return csrf === null || stamp === null ? undefined : { csrf, csrf_ts: stamp }
}

const FOREIGN_COOKIE = /Cookie not in this host's domain/i

// A change that ended in another server error may have been made: it must not be sent to the second host as well.
function isDown(answer: CookieAnswer, isRead: boolean): boolean {
  if (answer.status === 503 || member(answer.document, 'resultCode') === 503) return true
  if (answer.status >= 500 && isRead) return true
  return answer.status !== 200 && FOREIGN_COOKIE.test(answer.body.toString('utf8'))
}
