import { storeOf } from '../../world/team.ts'
import { type BuildRecord, builds } from '../builds/store.ts'
import { storeDate } from '../json-api/dates.ts'
import { equals } from '../json-api/filters.ts'
import type { Resource } from '../json-api/resource.ts'
import { submitForBetaReview } from './state.ts'
import { BETA_REVIEW_STATES, betaReviewStateOf, betaSubmittedAt } from './states.ts'

/** Reviews of builds for outside testers, each with its build's id. Source: developer.apple.com/documentation/appstoreconnectapi/beta-app-review-submissions */
export const betaReviewSubmissionResource: Resource<BuildRecord> = {
  type: 'betaAppReviewSubmissions',
  attributeNames: ['betaReviewState', 'submittedDate'],
  attributes: (record) => ({
    betaReviewState: betaReviewStateOf(record),
    submittedDate: storeDate(betaSubmittedAt(record)),
  }),
  relationships: {
    build: { kind: 'one', target: 'builds', isIncludable: true, related: (record) => [record] },
  },
  find(scene, id) {
    const build = storeOf(scene.team, builds).get(id)
    return build === undefined || betaReviewStateOf(build) === null ? undefined : build
  },
  filters: {
    build: equals((record) => record.id),
    betaReviewState: equals((record) => betaReviewStateOf(record), BETA_REVIEW_STATES),
  },
  requiredFilter: 'build',
  list: (scene) =>
    storeOf(scene.team, builds)
      .values()
      .filter((build) => betaReviewStateOf(build) !== null),
  isReadable: true,
  create: {
    body: { attributes: {}, relationships: { build: { kind: 'one', target: 'builds', isRequired: true } } },
    run: ({ relationships }, call) => submitForBetaReview(call, relationships.build?.[0] ?? ''),
  },
  permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
}
