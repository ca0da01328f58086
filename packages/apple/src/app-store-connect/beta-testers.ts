import type { Perform } from '../transport/task.ts'
import { oneOf, readResource } from './document.ts'
import { references } from './operations.ts'
import { type Listed, readList } from './paging.ts'
import { type BetaTester, betaTesterShape } from './wire/beta.ts'

const COLLECTION = '/v1/betaTesters'

/** Testers. */
export interface BetaTesters {
  /** The testers of a group. Source: Apple, "List beta testers". */
  list(group: string): Promise<Listed<BetaTester>>
  /**
   * Adds a person to groups; Apple sends the invitation. Throws `apple.refused` for one who is there already.
   * Source: Apple, "Create a beta tester".
   */
  create(tester: {
    readonly email: string
    readonly firstName?: string | undefined
    readonly lastName?: string | undefined
    readonly groups: readonly string[]
  }): Promise<BetaTester>
}

/** The operations on testers. */
export function createBetaTesters(perform: Perform): BetaTesters {
  const list: BetaTesters['list'] = async (group) => {
    const query = { 'filter[betaGroups]': group }
    const raw = await readList(perform, { type: 'betaTesters', path: COLLECTION, pattern: COLLECTION, query })
    return { items: raw.resources.map((item) => readResource(betaTesterShape, item)), isTruncated: raw.isTruncated }
  }
  return {
    list,
    create: async ({ email, firstName, lastName, groups }) => {
      const names = { ...(firstName !== undefined && { firstName }), ...(lastName !== undefined && { lastName }) }
      const relationships = { betaGroups: references('betaGroups', groups) }
      return perform<BetaTester>({
        request: {
          method: 'POST',
          path: COLLECTION,
          pattern: COLLECTION,
          body: { data: { type: 'betaTesters', attributes: { email, ...names }, relationships } },
        },
        read: (answer) => readResource(betaTesterShape, oneOf(answer, 'betaTesters')),
        reconcile: async () => {
          const listed = groups[0] === undefined ? undefined : await list(groups[0])
          const value = listed?.items.find((tester) => tester.email?.toLowerCase() === email.toLowerCase())
          return value && { value }
        },
      })
    },
  }
}
