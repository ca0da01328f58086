import { storeOf } from '../../world/team.ts'
import { REVIEW_SHAPES } from '../app-store-review-details/words.ts'
import { type AppRecord, apps } from '../apps/state.ts'
import { equals } from '../json-api/filters.ts'
import type { Resource } from '../json-api/resource.ts'

const NAMES = Object.keys(REVIEW_SHAPES)

/** What reviewers of betas are told; one for each app, with the app's id. Source: developer.apple.com/documentation/appstoreconnectapi/beta-app-review-details */
export const betaReviewDetailResource: Resource<AppRecord> = {
  type: 'betaAppReviewDetails',
  attributeNames: NAMES,
  attributes: ({ betaReviewDetail }) =>
    Object.fromEntries(NAMES.map((name) => [name, betaReviewDetail?.[name] ?? null])),
  relationships: {
    app: { kind: 'one', target: 'apps', isIncludable: true, related: (record) => [record] },
  },
  find: (scene, id) => storeOf(scene.team, apps).get(id),
  filters: { app: equals((record) => record.id) },
  requiredFilter: 'app',
  list: (scene) => storeOf(scene.team, apps).values(),
  isReadable: true,
  update: {
    body: { attributes: REVIEW_SHAPES },
    run: ({ attributes }, call, record) =>
      storeOf(call.team, apps).change(record, { betaReviewDetail: { ...record.betaReviewDetail, ...attributes } }),
  },
  permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
}
