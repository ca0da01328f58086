import type { Perform } from '../transport/task.ts'
import { oneOf, readResource } from './document.ts'
import { reference } from './operations.ts'
import { type Listed, readList } from './paging.ts'
import { type BetaAppReviewSubmission, betaAppReviewSubmissionShape } from './wire/beta.ts'

const COLLECTION = '/v1/betaAppReviewSubmissions'

/** Beta reviews: what a build needs before people outside of the team test it. */
export interface BetaAppReviewSubmissions {
  /** Reviews of a build; one at most. Source: Apple, "List beta app review submissions". */
  list(build: string): Promise<Listed<BetaAppReviewSubmission>>
  /** Hands a build to beta review. Source: Apple, "Submit an app for beta review". */
  create(build: string): Promise<BetaAppReviewSubmission>
}

/** The operations on beta reviews. */
export function createBetaAppReviewSubmissions(perform: Perform): BetaAppReviewSubmissions {
  const list: BetaAppReviewSubmissions['list'] = async (build) => {
    const query = { 'filter[build]': build }
    const all = { type: 'betaAppReviewSubmissions', path: COLLECTION, pattern: COLLECTION, query }
    const raw = await readList(perform, all)
    return {
      items: raw.resources.map((item) => readResource(betaAppReviewSubmissionShape, item)),
      isTruncated: raw.isTruncated,
    }
  }
  return {
    list,
    create: async (build) => {
      const relationships = { build: reference('builds', build) }
      return perform<BetaAppReviewSubmission>({
        request: {
          method: 'POST',
          path: COLLECTION,
          pattern: COLLECTION,
          body: { data: { type: 'betaAppReviewSubmissions', relationships } },
        },
        read: (answer) => readResource(betaAppReviewSubmissionShape, oneOf(answer, 'betaAppReviewSubmissions')),
        reconcile: async () => {
          const value = (await list(build)).items[0]
          return value && { value }
        },
      })
    },
  }
}
