import { randomUUID } from 'node:crypto'
import { newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { moveVersion } from '../app-store-versions/state.ts'
import { isEditable } from '../app-store-versions/states.ts'
import { type VersionRecord, versions } from '../app-store-versions/store.ts'
import { apps } from '../apps/state.ts'
import { AppleError, type AppleErrorEntry, invalidRelationship, stateError } from '../json-api/errors.ts'
import { missingFor } from './demands.ts'
import { itemsOf, submissionStateOf, versionForReview } from './states.ts'
import { type SubmissionItemRecord, type SubmissionRecord, submissionItems, submissions } from './store.ts'

/** A refusal with the reasons per resource: the form that codemagic recorded. */
function notFit(detail: string, associated: Readonly<Record<string, readonly AppleErrorEntry[]>>): AppleError {
  const associatedErrors = Object.fromEntries(
    Object.entries(associated).map(([path, entries]) => [
      path,
      entries.map((entry) => ({ id: randomUUID(), status: '409', ...entry })),
    ]),
  )
  return new AppleError(409, [
    {
      code: 'STATE_ERROR.ENTITY_STATE_INVALID',
      title: 'The request cannot be fulfilled because of the state of another resource.',
      detail,
      meta: { associatedErrors },
    },
  ])
}

/** The app's submissions that are not over. */
function openOf(scene: Scene, appId: string, platform: string | null): SubmissionRecord[] {
  return storeOf(scene.team, submissions)
    .by('app', appId)
    .filter((one) => one.platform === platform && submissionStateOf(scene, one) !== 'COMPLETE')
}

/** Opens a submission: one without a version may be open beside the one that has it. */
export function addSubmission(scene: Scene, appId: string, platform: string | null): SubmissionRecord {
  if (storeOf(scene.team, apps).get(appId) === undefined) {
    throw invalidRelationship('app', `There is no resource of type 'apps' with id '${appId}'`)
  }
  const empty = openOf(scene, appId, platform).find((one) => versionForReview(scene, one.id) === undefined)
  if (empty !== undefined) throw stateError(`A review submission is already open: ${empty.id}`)
  return storeOf(scene.team, submissions).add({
    id: newUuid(scene.world.random),
    visibleAt: visibleAt(scene, submissions.name),
    appId,
    platform,
    submittedAt: null,
    canceledAt: null,
  })
}

function versionOf(scene: Scene, id: string, appId: string): VersionRecord {
  const version = storeOf(scene.team, versions).get(id)
  if (version !== undefined && version.appId === appId) return version
  throw invalidRelationship('appStoreVersion', `There is no resource of type 'appStoreVersions' with id '${id}'`)
}

/** The open submission that a version is in, if any. */
function submissionWith(scene: Scene, versionId: string): SubmissionRecord | undefined {
  return storeOf(scene.team, submissionItems)
    .by('version', versionId)
    .filter(({ isRemoved }) => !isRemoved)
    .flatMap(({ submissionId }) => storeOf(scene.team, submissions).get(submissionId) ?? [])
    .find((one) => submissionStateOf(scene, one) !== 'COMPLETE')
}

function checkAddition(scene: Scene, submission: SubmissionRecord, version: VersionRecord): void {
  const other = submissionWith(scene, version.id)
  if (other !== undefined) {
    const detail = `appStoreVersions with id ${version.id} was already added to another reviewSubmission with id ${other.id}`
    const entry = {
      code: 'STATE_ERROR.ITEM_PART_OF_ANOTHER_SUBMISSION',
      title: 'The item is already submitted.',
      detail,
    }
    throw notFit('The item could not be added.', { [`/v1/appStoreVersions/${version.id}`]: [entry] })
  }
  if (versionForReview(scene, submission.id) !== undefined) {
    throw stateError('Only one appStoreVersion can be present in a review submission')
  }
  if (submission.platform !== null && submission.platform !== version.platform) {
    throw invalidRelationship('appStoreVersion', `The version is not for the platform '${submission.platform}'`)
  }
  const hasOther = openOf(scene, version.appId, version.platform).some(
    (one) => one.id !== submission.id && versionForReview(scene, one.id) !== undefined,
  )
  if (hasOther) throw stateError('Another review submission with a version of the platform is open')
  demandFit(scene, version)
}

function demandFit(scene: Scene, version: VersionRecord): void {
  const missing = missingFor(scene, version)
  if (isEditable(version.state) && Object.keys(missing).length === 0) return
  const detail = `appStoreVersions with id '${version.id}' is not in valid state.`
  throw notFit(`${detail} This resource cannot be reviewed, please check associated errors to see why.`, missing)
}

/** Puts a version into a submission, which checks that nothing is missing. */
export function addItem(scene: Scene, submissionId: string, versionId: string | undefined): SubmissionItemRecord {
  const submission = storeOf(scene.team, submissions).get(submissionId)
  if (submission === undefined) {
    const detail = `There is no resource of type 'reviewSubmissions' with id '${submissionId}'`
    throw invalidRelationship('reviewSubmission', detail)
  }
  if (versionId === undefined) throw invalidRelationship('appStoreVersion', 'You must name what is to be reviewed')
  if (submissionStateOf(scene, submission) !== 'READY_FOR_REVIEW') {
    throw stateError('The review submission does not take items in its current state')
  }
  const version = versionOf(scene, versionId, submission.appId)
  checkAddition(scene, submission, version)
  storeOf(scene.team, submissions).change(submission, { platform: version.platform })
  moveVersion(scene, version, 'READY_FOR_REVIEW')
  return storeOf(scene.team, submissionItems).add({
    id: newUuid(scene.world.random),
    visibleAt: visibleAt(scene, submissionItems.name),
    submissionId,
    versionId,
    isRemoved: false,
    isResolved: false,
  })
}

/** Takes a version out of a submission that is not submitted yet. */
export function removeItem(scene: Scene, item: SubmissionItemRecord): void {
  const submission = storeOf(scene.team, submissions).get(item.submissionId)
  if (submission !== undefined && submissionStateOf(scene, submission) !== 'READY_FOR_REVIEW') {
    throw stateError('The item can not be deleted in the current state of the review submission')
  }
  const version = storeOf(scene.team, versions).get(item.versionId)
  if (version?.state === 'READY_FOR_REVIEW') moveVersion(scene, version, 'PREPARE_FOR_SUBMISSION')
  storeOf(scene.team, submissionItems).remove(item.id)
}

/** Says that an item is mended, or takes it out, after a rejection. */
export function changeItem(
  scene: Scene,
  item: SubmissionItemRecord,
  changes: { readonly resolved?: boolean; readonly removed?: boolean },
): SubmissionItemRecord {
  const submission = storeOf(scene.team, submissions).get(item.submissionId)
  if (submission === undefined || submissionStateOf(scene, submission) !== 'UNRESOLVED_ISSUES') {
    throw stateError('The item can not be changed in the current state of the review submission')
  }
  return storeOf(scene.team, submissionItems).change(item, {
    ...(changes.resolved === undefined ? {} : { isResolved: changes.resolved }),
    ...(changes.removed === true ? { isRemoved: true } : {}),
  })
}

/** Hands a submission to review, or again after a rejection whose items are resolved. */
export function submit(scene: Scene, record: SubmissionRecord): SubmissionRecord {
  const state = submissionStateOf(scene, record)
  const items = itemsOf(scene, record.id).filter(({ isRemoved }) => !isRemoved)
  const isAgain = state === 'UNRESOLVED_ISSUES' && items.every(({ isResolved }) => isResolved)
  const pointer = '/data/attributes/submitted'
  if (state !== 'READY_FOR_REVIEW' && !isAgain) {
    throw stateError(`The review submission can not be submitted in the state '${state}'`, pointer)
  }
  const version = versionForReview(scene, record.id)
  if (version === undefined) throw stateError('The review submission has no items', pointer)
  moveVersion(scene, version, 'WAITING_FOR_REVIEW')
  for (const item of items) storeOf(scene.team, submissionItems).change(item, { isResolved: false })
  return storeOf(scene.team, submissions).change(record, { submittedAt: scene.now })
}

const CANCELABLE: readonly string[] = ['WAITING_FOR_REVIEW', 'IN_REVIEW', 'UNRESOLVED_ISSUES']

/** Takes a submission back; the version can be edited at once, the submission is over after a while. */
export function cancel(scene: Scene, record: SubmissionRecord): SubmissionRecord {
  const state = submissionStateOf(scene, record)
  if (!CANCELABLE.includes(state)) {
    throw stateError(`The review submission can not be canceled in the state '${state}'`, '/data/attributes/canceled')
  }
  const version = versionForReview(scene, record.id)
  if (version !== undefined) moveVersion(scene, version, 'DEVELOPER_REJECTED')
  return storeOf(scene.team, submissions).change(record, {
    canceledAt: scene.now + scene.world.settings.reviewCancelMs,
  })
}
