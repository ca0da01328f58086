import type { DeveloperTeam } from '../apple-id/model.ts'
import { listMember, member, textMember } from '../transport/answer.ts'
import { type EnvelopeFacts, type PortalRefusal, readEnvelope } from './envelope.ts'
import { type PortalLine, TEAMS_PATH } from './line.ts'

/** What the portal says of the teams of a session. */
export type TeamsReading =
  | { readonly state: 'valid'; readonly teams: readonly DeveloperTeam[] }
  | { readonly state: PortalRefusal; readonly facts: EnvelopeFacts }

const KINDS: Readonly<Record<string, DeveloperTeam['kind']>> = {
  'Company/Organization': 'organization',
  Individual: 'individual',
  'In-House': 'enterprise',
}

/** Asks for the teams. Source: observed; it is also how clients find out whether the portal still knows a session. */
export async function readTeams(line: PortalLine): Promise<TeamsReading> {
  const answer = await line.send({
    method: 'POST',
    path: TEAMS_PATH,
    isRead: true,
  })
  const reading = readEnvelope(answer)
  if (reading.state !== 'done') return reading
  const { document } = reading
  if (!Array.isArray(member(document, 'teams'))) return { state: 'unreadable', facts: { status: answer.status } }
  return { state: 'valid', teams: listMember(document, 'teams').flatMap((team) => teamIn(team) ?? []) }
}

function teamIn(value: unknown): DeveloperTeam | undefined {
  const teamId = textMember(value, 'teamId')
  if (teamId === undefined) return undefined
  const roles = listMember(member(value, 'currentTeamMember'), 'roles')
  return {
    teamId,
    name: textMember(value, 'name') ?? teamId,
    kind: KINDS[textMember(value, 'type') ?? ''] ?? 'other',
    isActive: (textMember(value, 'status') ?? 'active') === 'active',
    roles: roles.filter((role) => typeof role === 'string'),
  }
}
