import type { AppleIdContext } from '@cordon/apple/apple-id/context'
import type { AppleIdSession, DeveloperTeam } from '@cordon/apple/apple-id/model'
import { listTeams } from '@cordon/apple/apple-id/session'
import { appleErrors } from '@cordon/apple/errors'
import { createPortalClient } from '@cordon/apple/portal/client'
import type { Secret } from '@cordon/core/secret'
import { createSessionPortal } from '@cordon/provisioning/adapters/portal/portal'
import { stepErrors } from '../errors.ts'
import type { StepContext } from '../step.ts'
import type { AppleAccess } from './apple-access.ts'
import { type ConnectOptions, openAppleId, type RequestMeter } from './open-apple.ts'
import { openWithSession } from './refused-session.ts'
import type { TeamAppleIdCredentials } from './team-credentials.ts'

/**
 * The team that the session of an Apple ID opens. The password is not used: a session that Apple does not take is for the server to
 * look at, or for a person to renew. Throws `step.session_expired`, `step.team_ambiguous` and `step.team_not_found`.
 */
export async function connectBySession(
  credentials: TeamAppleIdCredentials,
  options: ConnectOptions,
  context: StepContext,
  meter: RequestMeter,
): Promise<AppleAccess> {
  const apple = openAppleId('developer', options, context, meter)
  const { teams, session } = await openWithSession(credentials, options.build, context, (kept) =>
    teamsOf(apple, credentials, kept),
  )
  const team = chooseTeam(teams, credentials)
  context.log(`Apple ID ${credentials.accountName}, team ${labelOf(team)}`)
  return {
    portal: createSessionPortal(createPortalClient(apple, session, team)),
    teamId: async () => team.teamId,
    hourRemaining: () => undefined,
  }
}

async function teamsOf(apple: AppleIdContext, { accountName }: TeamAppleIdCredentials, kept: Secret<AppleIdSession>) {
  try {
    return await listTeams(apple, kept)
  } catch (cause) {
    if (!appleErrors.portal_session_expired.is(cause)) throw cause
    throw stepErrors.session_expired(
      { accountName, since: null },
      { detail: `${accountName}: Apple has ended the session early`, cause },
    )
  }
}

/** The team that is wanted, or the only one. */
function chooseTeam(
  teams: readonly DeveloperTeam[],
  { teamId, isEnterprise, accountName }: TeamAppleIdCredentials,
): DeveloperTeam {
  const possible = teams.filter(({ kind }) => !isEnterprise || kind === 'enterprise')
  const listed = possible.map((team) => ({ teamId: team.teamId, name: team.name }))
  const known = possible.map(labelOf).join(', ') || `none${isEnterprise ? ' of the Enterprise Program' : ''}`
  if (teamId !== undefined) {
    const found = possible.find((team) => team.teamId === teamId)
    if (found !== undefined) return found
    const detail = `"${teamId}" is not among the teams of ${accountName}: ${known}`
    throw stepErrors.team_not_found({ teamId, teams: listed }, { detail })
  }
  const [only, ...others] = possible
  if (only === undefined)
    throw stepErrors.team_not_found({ teamId: '', teams: listed }, { detail: `teams of ${accountName}: ${known}` })
  if (others.length > 0) throw stepErrors.team_ambiguous({ teams: listed }, { detail: `${accountName} is in ${known}` })
  return only
}

function labelOf({ teamId, name, isActive }: Pick<DeveloperTeam, 'teamId' | 'name' | 'isActive'>): string {
  return `${teamId} (${name}${isActive ? '' : ', not active'})`
}
