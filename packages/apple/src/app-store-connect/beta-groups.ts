import type { Perform } from '../transport/task.ts'
import { oneOf, readResource } from './document.ts'
import { requireForm } from './input.ts'
import { reference } from './operations.ts'
import { type Listed, readList } from './paging.ts'
import { type BetaGroup, betaGroupShape } from './wire/beta.ts'

const COLLECTION = '/v1/betaGroups'

/** Groups of testers. */
export interface BetaGroups {
  /** The groups of an app. Source: Apple, "List beta groups". */
  list(app: string): Promise<Listed<BetaGroup>>
  /** Makes a group; whether it is internal cannot change later. Source: Apple, "Create a beta group". */
  create(group: { readonly app: string; readonly name: string; readonly isInternalGroup: boolean }): Promise<BetaGroup>
}

/** The operations on groups of testers. */
export function createBetaGroups(perform: Perform): BetaGroups {
  const list: BetaGroups['list'] = async (app) => {
    const query = { 'filter[app]': app }
    const raw = await readList(perform, { type: 'betaGroups', path: COLLECTION, pattern: COLLECTION, query })
    return { items: raw.resources.map((item) => readResource(betaGroupShape, item)), isTruncated: raw.isTruncated }
  }
  return {
    list,
    create: async ({ app, name, isInternalGroup }) => {
      const attributes = { name: requireForm('name', name, 'name'), isInternalGroup }
      const body = { data: { type: 'betaGroups', attributes, relationships: { app: reference('apps', app) } } }
      return perform<BetaGroup>({
        request: { method: 'POST', path: COLLECTION, pattern: COLLECTION, body },
        read: (answer) => readResource(betaGroupShape, oneOf(answer, 'betaGroups')),
        reconcile: async () => {
          const value = (await list(app)).items.find((group) => group.name === name)
          return value && { value }
        },
      })
    },
  }
}
