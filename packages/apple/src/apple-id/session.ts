import { type Secret, secret } from '@cordon/core/secret'
import { appleErrors } from '../errors.ts'
import { portalError } from '../portal/errors.ts'
import { openLine } from '../portal/line.ts'
import { readTeams, type TeamsReading } from '../portal/teams.ts'
import { createJar } from './cookies.ts'
import { summarize } from './finish.ts'
import type { AppleIdSession, CheckSession, ChooseProvider, ListTeams, SessionCheck, SessionSummary } from './model.ts'
import { readWebSession, switchProvider, type WebSessionReading } from './web-session.ts'

/** What may be shown of a session. */
export function summaryOf(session: Secret<AppleIdSession>): SessionSummary {
  return summarize(session.reveal())
}

/**
 * Tries both halves of a session, because each expires on its own; see the type. Asking renews short-lived cookies, never the trust.
 */
export const checkSession: CheckSession = async (context, kept) => {
  const before = kept.reveal()
  const jar = createJar(before.cookies, context.options.clock)
  const web = await readWebSession(context, jar)
  const portal = await readTeams(openLine(context, jar))
  const session = { ...before, ...(web.state === 'valid' && whose(web)), cookies: jar.cookies() }
  return {
    webSession: webState(before, web),
    portal: portalState(portal),
    session: secret(session),
    summary: summarize(session),
    teams: portal.state === 'valid' ? portal.teams : [],
  }
}

/** Chooses the provider of a session; see the type. */
export const chooseProvider: ChooseProvider = async (context, kept, provider) => {
  const before = kept.reveal()
  const jar = createJar(before.cookies, context.options.clock)
  const answer = await switchProvider(context, jar, provider)
  const operation = 'POST appstoreconnect.apple.com/olympus/v1/session'
  if (answer.status === 401) throw appleErrors.session_expired({ operation, appleStatus: 401 })
  const web = await readWebSession(context, jar)
  if (web.state === 'expired') throw appleErrors.session_expired({ operation, appleStatus: web.status })
  if (web.state === 'unavailable') throw appleErrors.service_failed({ operation, appleStatus: web.status })
  if (web.provider?.providerId !== provider.providerId) {
    throw appleErrors.provider_unknown({ operation, appleStatus: answer.status })
  }
  const session = { ...before, ...whose(web), cookies: jar.cookies() }
  return { session: secret(session), summary: summarize(session) }
}

/** The developer teams of a session; see the type. */
export const listTeams: ListTeams = async (context, kept) => {
  const before = kept.reveal()
  const jar = createJar(before.cookies, context.options.clock)
  const reading = await readTeams(openLine(context, jar))
  if (reading.state !== 'valid') throw portalError('POST account/listTeams.action', reading)
  return { teams: reading.teams, session: secret({ ...before, cookies: jar.cookies() }) }
}

function whose({ person, provider, providers }: WebSessionReading & { state: 'valid' }) {
  return { person, provider, providers }
}

// A session that had a provider and has none now is no session: so Apple's own pages see it.
function webState(before: AppleIdSession, web: WebSessionReading): SessionCheck['webSession'] {
  const hasLostProvider = web.state === 'valid' && web.provider === null && before.provider !== null
  return hasLostProvider ? 'expired' : web.state
}

const PORTAL_STATES = {
  valid: 'valid',
  expired: 'expired',
  unavailable: 'unavailable',
  'no-membership': 'no-membership',
  'agreement-pending': 'agreement-pending',
  'not-allowed': 'no-membership',
  csrf: 'unavailable',
  refused: 'unavailable',
  unreadable: 'unavailable',
} as const satisfies Record<TeamsReading['state'], SessionCheck['portal']>

function portalState(reading: TeamsReading): SessionCheck['portal'] {
  if (reading.state === 'valid' && reading.teams.length === 0) return 'no-membership'
  return PORTAL_STATES[reading.state]
}
