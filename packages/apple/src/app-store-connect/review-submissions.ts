import type { Perform } from '../transport/task.ts'
import { type RawResource, readResource, relatedId } from './document.ts'
import { reference } from './operations.ts'
import type { Listed } from './paging.ts'
import { below, createOne, deleteOne, listAt, modifyOne, readOne } from './store-resource.ts'
import {
  type REVIEW_SUBMISSION_STATES,
  type ReviewSubmission,
  type ReviewSubmissionItem,
  reviewSubmissionItemShape,
  reviewSubmissionShape,
} from './wire/review-submissions.ts'
import type { StorePlatform } from './wire/store-platforms.ts'

/** What is handed to App Review together. */
export interface ReviewSubmissions {
  /** The submissions of an app. Source: Apple, "List review submissions for an app". */
  listOf(
    appId: string,
    filter?: {
      readonly platform?: StorePlatform
      readonly states?: readonly (typeof REVIEW_SUBMISSION_STATES)[number][]
    },
  ): Promise<Listed<ReviewSubmission>>
  /** One submission. Source: Apple, "Read review submission information". */
  read(id: string): Promise<ReviewSubmission>
  /** Opens a submission; Apple has one open per platform. Source: Apple, "Create a review submission". */
  create(submission: { readonly appId: string; readonly platform: StorePlatform }): Promise<ReviewSubmission>
  /** What is in a submission. Source: Apple, "List the items in a review submission". */
  itemsOf(id: string): Promise<Listed<ReviewSubmissionItem>>
  /** Puts a version in; Apple says what is missing. Source: Apple, "Create a review submission item". */
  addVersion(id: string, versionId: string): Promise<ReviewSubmissionItem>
  /** Says that what App Review has objected to is put right. Source: Apple, "Modify a review submission item". */
  resolveItem(itemId: string): Promise<ReviewSubmissionItem>
  /** Takes something out of a submission that is not handed in. Source: Apple, "Remove a review submission item". */
  removeItem(item: { readonly id: string; readonly submissionId: string }): Promise<void>
  /** Hands it in. Source: Apple, "Modify a review submission". */
  submit(id: string): Promise<ReviewSubmission>
  /** Takes it back; `CANCELING` for up to minutes. Source: Apple, "Modify a review submission". */
  cancel(id: string): Promise<ReviewSubmission>
}

const kind = { type: 'reviewSubmissions', read: readSubmission }
const item = { type: 'reviewSubmissionItems', read: readItem }
const INCLUDE = { include: ['appStoreVersionForReview'] }

/** The operations on submissions. */
export function createReviewSubmissions(perform: Perform): ReviewSubmissions {
  const listOf: ReviewSubmissions['listOf'] = (appId, { platform, states } = {}) =>
    listAt(
      perform,
      kind,
      { path: '/v1/reviewSubmissions', pattern: '/v1/reviewSubmissions' },
      {
        'filter[app]': appId,
        ...(platform !== undefined && { 'filter[platform]': platform }),
        ...(states !== undefined && { 'filter[state]': states }),
        ...INCLUDE,
      },
    )
  const itemsOf = (id: string) => listAt(perform, item, below(kind.type, id, 'items'), { include: ['appStoreVersion'] })

  return {
    listOf,
    read: (id) => readOne(perform, kind, id, INCLUDE),
    create: ({ appId, platform }) =>
      createOne(
        perform,
        kind,
        { attributes: { platform }, relationships: { app: reference('apps', appId) } },
        async () => (await listOf(appId, { platform, states: ['READY_FOR_REVIEW'] })).items[0],
      ),
    itemsOf,
    addVersion: (id, versionId) =>
      createOne(
        perform,
        item,
        {
          relationships: {
            reviewSubmission: reference(kind.type, id),
            appStoreVersion: reference('appStoreVersions', versionId),
          },
        },
        async () => (await itemsOf(id)).items.find((one) => one.versionId === versionId),
      ),
    resolveItem: (itemId) =>
      modifyOne<ReviewSubmissionItem>(perform, item, itemId, {
        attributes: { resolved: true },
        // Apple lets nobody read one item; saying it twice does no harm.
        current: async () => undefined,
      }),
    removeItem: ({ id, submissionId }) =>
      deleteOne(perform, item, id, async () => (await itemsOf(submissionId)).items.every((one) => one.id !== id)),
    submit: (id) =>
      modifyOne(perform, kind, id, {
        attributes: { submitted: true },
        isDone: ({ state }) => state !== undefined && state !== 'READY_FOR_REVIEW',
      }),
    cancel: (id) =>
      modifyOne(perform, kind, id, {
        attributes: { canceled: true },
        isDone: ({ state }) => state === 'CANCELING' || state === 'COMPLETE',
      }),
  }
}

function readSubmission(raw: RawResource): ReviewSubmission {
  const versionId = relatedId(raw, 'appStoreVersionForReview')
  return { ...readResource(reviewSubmissionShape, raw), ...(versionId !== undefined && { versionId }) }
}

function readItem(raw: RawResource): ReviewSubmissionItem {
  const versionId = relatedId(raw, 'appStoreVersion')
  return { ...readResource(reviewSubmissionItemShape, raw), ...(versionId !== undefined && { versionId }) }
}
