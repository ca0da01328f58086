import type { Registry } from '../app-store-connect/json-api/resource.ts'
import { type ShownAccount, showAccount } from '../apple-id/accounts/shown.ts'
import type { World } from '../world/world.ts'
import { newAccount } from './accounts.ts'
import { object, objects } from './reading.ts'
import { type SeededTeam, seedWorld } from './teams.ts'

/** What a seed made. */
export interface Seeded {
  readonly teams: readonly SeededTeam[]
  readonly accounts: readonly ShownAccount[]
}

/** Adds teams with everything in them, then Apple IDs: `{teams: […], accounts: [{email, password, …}]}`. */
export async function seedAll(world: World, document: unknown, registry: Registry): Promise<Seeded> {
  const teams = await seedWorld(world, document, registry)
  const accounts = objects(object(document, 'seed').accounts, 'accounts').map((wish) => newAccount(world, wish))
  return { teams, accounts: accounts.map((account) => showAccount(world, account)) }
}
