import { newDigits, newUuid } from '../../world/random.ts'
import type { World } from '../../world/world.ts'
import type { NewMembership } from '../accounts/wish.ts'
import type { Account, Provider } from '../state.ts'

/** A team's account in App Store Connect; `undefined` when it has none. */
export function providerOfTeam(world: World, teamId: string): Provider | undefined {
  return [...world.appleIds.providers.values()].find((provider) => provider.teamId === teamId)
}

/** Makes a team's account in App Store Connect, unless it is there. Its name is the team's: clients join the two by name. */
export function ensureProvider(world: World, teamId: string, wish: NonNullable<NewMembership['provider']>): Provider {
  const known = providerOfTeam(world, teamId)
  if (known !== undefined) return known
  const provider: Provider = {
    providerId: wish.providerId ?? Number(`12${newDigits(world.random, 7)}`),
    publicProviderId: wish.publicProviderId ?? newUuid(world.random),
    name: wish.name ?? world.teams.get(teamId)?.name ?? teamId,
    subType: wish.subType ?? 'ORGANIZATION',
    teamId,
  }
  world.appleIds.providers.set(provider.providerId, provider)
  return provider
}

/** The accounts in App Store Connect that a person may act for, in the order of the person's teams. */
export function providersOf(world: World, account: Account): Provider[] {
  return account.memberships.flatMap(({ teamId }) => providerOfTeam(world, teamId) ?? [])
}
