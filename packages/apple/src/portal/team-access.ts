import type { DeveloperTeam } from '../apple-id/model.ts'
import { nameAppleError } from '../error-table.ts'
import { problemsIn } from '../transport/answer.ts'
import type { PortalLine } from './line.ts'
import { createTunnel } from './tunnel.ts'

const BLOCKS: Readonly<Record<string, DeveloperTeam['blockedBy']>> = {
  agreements_required: 'agreement',
  membership_inactive: 'membership',
}

/**
 * Asks the portal for the smallest thing of a team, because the list of teams says nothing of agreements: a team that must sign one
 * is listed like any other, and everything of it is refused.
 */
export async function withAccess(line: PortalLine, team: DeveloperTeam): Promise<DeveloperTeam> {
  const url = new URL('https://developer.apple.com/services-account/v1/certificates?limit=1')
  const response = await createTunnel(line, team.teamId)(url, { method: 'GET' })
  if (response.status !== 403) return team
  const document: unknown = await response.json().catch(() => undefined)
  const blockedBy = BLOCKS[nameAppleError(response.status, problemsIn(document))]
  return blockedBy === undefined ? team : { ...team, blockedBy }
}
