import type { Actor } from '../app-store-connect/auth/roles.ts'
import { users } from '../app-store-connect/users/state.ts'
import type { Account } from '../apple-id/state.ts'
import type { Person } from '../world/person.ts'
import { storeOf, type Team } from '../world/team.ts'
import type { World } from '../world/world.ts'

/** A person in one of the teams that they belong to. */
export interface Member {
  readonly team: Team
  readonly person: Person
  readonly actor: Actor
}

/** The person behind an account. */
export function personOf(account: Account): Person {
  const { email, firstName, lastName, personId } = account
  return { email: email.toLowerCase(), firstName, lastName, personId }
}

/** "Access to Certificates, Identifiers & Profiles" is told by the team's list of users; who is not in it has none. */
function isProvisioningAllowed(team: Team, email: string): boolean {
  return storeOf(team, users)
    .values()
    .some((user) => user.username.toLowerCase() === email && user.provisioningAllowed)
}

/** An account in one team; `undefined` when the team is unknown or the account is no member. */
export function memberOf(world: World, account: Account, teamId: string): Member | undefined {
  const team = world.teams.get(teamId)
  const roles = account.memberships.filter((one) => one.teamId === teamId).flatMap((one) => one.roles)
  if (team === undefined || roles.length === 0) return undefined
  const person = personOf(account)
  const provisioningAllowed = isProvisioningAllowed(team, person.email)
  return { team, person, actor: { isIndividualKey: false, roles, provisioningAllowed, person } }
}

/** Every team that an account belongs to, by name and id as the portal lists them. */
export function membershipsOf(world: World, account: Account): Member[] {
  return [...new Set(account.memberships.map(({ teamId }) => teamId))]
    .flatMap((teamId) => memberOf(world, account, teamId) ?? [])
    .sort((a, b) => `${a.team.name} ${a.team.teamId}`.localeCompare(`${b.team.name} ${b.team.teamId}`))
}
