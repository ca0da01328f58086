import { devices } from '../../app-store-connect/devices/state.ts'
import type { KeyRole } from '../../world/api-key.ts'
import type { Team } from '../../world/team.ts'
import { storeOf } from '../../world/team.ts'
import type { World } from '../../world/world.ts'
import type { Member } from '../member.ts'
import type { LegacyCall, Result } from './action.ts'

const TEAM_TYPES = { standard: 'Company/Organization', enterprise: 'In-House' } as const
const LEGACY_ROLES: Readonly<Partial<Record<KeyRole, string>>> = { ACCOUNT_HOLDER: 'TEAM_AGENT', ADMIN: 'TEAM_ADMIN' }
const DAY_MS = 86_400_000

/** A date as the legacy portal writes them: to the second, with zone. */
export function legacyDate(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z')
}

function legacyRoles(member: Member): string[] {
  return [...new Set(member.actor.roles.map((role) => LEGACY_ROLES[role] ?? 'TEAM_MEMBER'))]
}

/** The flags of a person's role that every answer tells. */
export function roleFlags({ actor: { roles } }: Member): {
  readonly isAdmin: boolean
  readonly isMember: boolean
  readonly isAgent: boolean
} {
  const isAgent = roles.includes('ACCOUNT_HOLDER')
  const isAdmin = roles.includes('ADMIN')
  return { isAdmin, isMember: !isAgent && !isAdmin, isAgent }
}

function personOf({ person }: Member) {
  const { email, firstName, lastName, personId } = person
  return { personId: Number(personId), firstName, lastName, email, developerStatus: 'active', teamMemberId: personId }
}

function slotsLeft(world: World, team: Team): number {
  const used = storeOf(team, devices).values().length
  return Math.max(world.settings.devicesPerClass - used, 0)
}

function membershipOf(world: World, team: Team) {
  const now = world.clock.now()
  const year = new Date(now).getUTCFullYear()
  const [from, to] = team.membershipActive ? [year, year + 1] : [year - 2, year - 1]
  return {
    membershipId: team.teamId,
    membershipProductId: 'ds1',
    status: team.membershipActive ? 'active' : 'expired',
    inDeviceResetWindow: false,
    inRenewalWindow: false,
    dateStart: legacyDate(Date.UTC(from, 0, 1)),
    dateExpire: legacyDate(Date.UTC(to, 11, 31) + DAY_MS - 1_000),
    platform: 'ios',
    availableDeviceSlots: slotsLeft(world, team),
    name: team.kind === 'enterprise' ? 'Apple Developer Enterprise Program' : 'Apple Developer Program',
  }
}

/** A team as `listTeams.action` tells it. */
export function teamOf(world: World, member: Member): Result {
  const { team } = member
  const person = personOf(member)
  return {
    status: team.membershipActive ? 'active' : 'expired',
    teamId: team.teamId,
    name: team.name,
    type: TEAM_TYPES[team.kind],
    extendedTeamAttributes: {},
    teamAgent: person,
    memberships: [membershipOf(world, team)],
    currentTeamMember: { ...person, roles: legacyRoles(member), privileges: {} },
  }
}

/** What waits for the account holder: nothing, or the Program License Agreement. */
export function pendingAgreements({ team }: LegacyCall): Result {
  const pending = {
    agreementId: 'PLA',
    name: 'Apple Developer Program License Agreement',
    status: 'pending',
    teamId: team.teamId,
    teamName: team.name,
  }
  return { agreements: team.agreementsInForce ? [] : [pending] }
}
