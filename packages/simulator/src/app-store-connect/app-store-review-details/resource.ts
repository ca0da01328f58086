import { storeOf } from '../../world/team.ts'
import { reviewAttachments } from '../app-store-review-attachments/store.ts'
import { versions } from '../app-store-versions/store.ts'
import type { Resource } from '../json-api/resource.ts'
import { changeReviewDetail, createReviewDetail } from './state.ts'
import { type ReviewDetailRecord, reviewDetails } from './store.ts'
import { REVIEW_SHAPES } from './words.ts'

/** What reviewers are told. Source: developer.apple.com/documentation/appstoreconnectapi/app-store-review-details */
export const reviewDetailResource: Resource<ReviewDetailRecord> = {
  type: 'appStoreReviewDetails',
  attributeNames: Object.keys(REVIEW_SHAPES),
  attributes: ({ id: _id, seq: _seq, visibleAt: _visibleAt, versionId: _versionId, ...words }) => words,
  relationships: {
    appStoreVersion: {
      kind: 'one',
      target: 'appStoreVersions',
      isIncludable: true,
      hasLinks: false,
      related: (record, scene) => [storeOf(scene.team, versions).get(record.versionId) ?? []].flat(),
    },
    appStoreReviewAttachments: {
      kind: 'many',
      target: 'appStoreReviewAttachments',
      isIncludable: true,
      relatedQuery: 'includes',
      related: (record, scene) => storeOf(scene.team, reviewAttachments).by('detail', record.id),
    },
  },
  find: (scene, id) => storeOf(scene.team, reviewDetails).get(id),
  isReadable: true,
  create: {
    body: {
      attributes: REVIEW_SHAPES,
      relationships: { appStoreVersion: { kind: 'one', target: 'appStoreVersions', isRequired: true } },
    },
    run: ({ attributes, relationships }, call) =>
      createReviewDetail(call, relationships.appStoreVersion?.[0] ?? '', attributes),
  },
  update: {
    body: { attributes: REVIEW_SHAPES },
    run: ({ attributes }, call, record) => changeReviewDetail(call, record, attributes),
  },
  permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
}
