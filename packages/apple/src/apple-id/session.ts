import { type Secret, secret } from '@cordon/core/secret'
import { appleErrors } from '../errors.ts'
import { portalError } from '../portal/errors.ts'
import { openLine, type PortalLine } from '../portal/line.ts'
import { withAccess } from '../portal/team-access.ts'
import { readTeams, type TeamsReading } from '../portal/teams.ts'
import { createJar } from './cookies.ts'
import { summarize } from './finish.ts'
import type { AppleIdSession, DeveloperTeam, SessionSummary } from './model.ts'
import type { CheckSession, ChooseProvider, ListTeams } from './operations.ts'
import type { SessionCheck } from './outcomes.ts'
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
  const line = openLine(context, jar)
  const portal = await readTeams(line)
  const teams = portal.state === 'valid' ? await askEach(line, portal.teams) : []
  const session = { ...before, ...(web.state === 'valid' && whose(web)), cookies: jar.cookies() }
  return {
    webSession: webState(before, web),
    portal: portalState(portal, teams),
    session: secret(session),
    summary: summarize(session),
    teams,
  }
}

/** How many teams are asked about; people with more belong to agencies, and each costs a request. */
const MAX_ASKED = 5

async function askEach(line: PortalLine, teams: readonly DeveloperTeam[]): Promise<readonly DeveloperTeam[]> {
  const asked: DeveloperTeam[] = []
  for (const team of teams.slice(0, MAX_ASKED)) asked.push(await withAccess(line, team))
  return [...asked, ...teams.slice(MAX_ASKED)]
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
  expired: 'expired',
  unavailable: 'unavailable',
  'no-membership': 'no-membership',
  'agreement-pending': 'agreement-pending',
  'not-allowed': 'no-membership',
  csrf: 'unavailable',
  refused: 'unavailable',
  unreadable: 'unavailable',
} as const satisfies Record<Exclude<TeamsReading['state'], 'valid'>, SessionCheck['portal']>

function portalState(reading: TeamsReading, teams: readonly DeveloperTeam[]): SessionCheck['portal'] {
  if (reading.state !== 'valid') return PORTAL_STATES[reading.state]
  if (teams.some(({ blockedBy }) => blockedBy === undefined)) return 'valid'
  return teams.some(({ blockedBy }) => blockedBy === 'agreement') ? 'agreement-pending' : 'no-membership'
}
