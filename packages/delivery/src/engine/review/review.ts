import { metadataErrors } from '../metadata/errors.ts'
import type { StorePort, StoreSubmission, StoreVersion } from '../metadata/port.ts'
import { isRefusal } from '../metadata/refusal.ts'
import type { StorePlatform } from '../platforms.ts'
import type { OnReviewChange } from './changes.ts'
import { missingIn, placesOfMissing } from './missing.ts'

/** Where a version is handed in. */
export interface ReviewTarget {
  readonly appId: string
  readonly platform: StorePlatform
  readonly version: string
}

/** What the way to review needs of the world. */
export interface ReviewContext {
  readonly port: StorePort
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>
  readonly log: (line: string) => void
  readonly onChange?: OnReviewChange
  readonly signal?: AbortSignal
}

/** How long a cancelled submission takes to end, seen up to two minutes. Source: codemagic-ci-cd/cli-tools. */
const CANCEL_MS = 180_000
const CANCEL_STEP_MS = 5_000

/**
 * Attaches a build and hands a version to App Review. A submission that is open and not handed in is used again, as is one that
 * holds the version already; one to which App Review has objected is handed in anew as put right. What was done before a failure stays,
 * and `onChange` has heard of it. Throws `metadata.version_missing`, `metadata.submission_busy`, `metadata.review_refused`.
 */
export async function submitVersion(
  target: ReviewTarget,
  buildId: string | undefined,
  context: ReviewContext,
): Promise<{ readonly submissionId: string; readonly versionId: string }> {
  const { port, log, onChange } = context
  const version = await findVersion(target, port)
  const about = { version: target.version, versionId: version.id, port }
  if (buildId !== undefined && version.buildId !== buildId) {
    await refusable(about, () => port.attachBuild(version.id, buildId))
    onChange?.({ kind: 'build-attached', version: target.version, buildId })
    log(`build ${buildId} is attached to version ${target.version}`)
  }
  const open = await openSubmission(target, version, context)
  if (open.state === 'UNRESOLVED_ISSUES') await refusable(about, () => port.resolveItems(open.id))
  else if (open.state !== 'READY_FOR_REVIEW') {
    log(`version ${target.version} is handed in already`)
    return { submissionId: open.id, versionId: version.id }
  }
  const inside = await port.versionsIn(open.id)
  const isInside = open.versionId === version.id || inside.includes(version.id)
  const told = { version: target.version, submissionId: open.id }
  if (!isInside) {
    await refusable(about, () => port.addToSubmission(open.id, version.id))
    onChange?.({ kind: 'put-into-draft', ...told })
  }
  await refusable(about, () => port.submit(open.id))
  onChange?.({ kind: 'handed-in', ...told })
  log(`version ${target.version} is handed to App Review`)
  return { submissionId: open.id, versionId: version.id }
}

async function findVersion({ appId, platform, version }: ReviewTarget, port: StorePort): Promise<StoreVersion> {
  const versions = await port.listVersions(appId, platform)
  const found = versions.find((one) => one.version === version)
  if (found !== undefined) return found
  const detail = versions.map((one) => `${one.version} is ${one.state}`).join(', ') || 'the app has no version'
  throw metadataErrors.version_missing({ version }, { detail })
}

/** Handed in, and Apple is at it. */
const UNDER_WAY = new Set(['WAITING_FOR_REVIEW', 'IN_REVIEW', 'COMPLETING'])

async function openSubmission(
  { appId, platform }: ReviewTarget,
  version: StoreVersion,
  context: ReviewContext,
): Promise<StoreSubmission> {
  const open = await context.port.listOpenSubmissions(appId, platform)
  for (const one of open.filter(({ state }) => state === 'CANCELING')) await awaitEnd(one, context)
  const mine = open.find(({ state, versionId }) => blocks(state) && versionId === version.id)
  if (mine !== undefined) return mine
  const other = open.find(({ state, versionId }) => blocks(state) && versionId !== undefined)
  if (other !== undefined) throw busy(other)
  return open.find(({ state }) => state === 'READY_FOR_REVIEW') ?? context.port.createSubmission(appId, platform)
}

function blocks(state: string): boolean {
  return UNDER_WAY.has(state) || state === 'UNRESOLVED_ISSUES'
}

function busy({ id, state }: StoreSubmission) {
  return metadataErrors.submission_busy({ submission: id, state }, { detail: `submission ${id} is ${state}` })
}

/**
 * Takes the submission of a platform back and waits until Apple has; of one that was never handed in, what is inside is taken out.
 * Throws `metadata.nothing_to_cancel`.
 */
export async function cancelSubmission(
  { appId, platform }: Pick<ReviewTarget, 'appId' | 'platform'>,
  context: ReviewContext,
): Promise<{ readonly submissionId: string }> {
  const { port, onChange } = context
  const open = await port.listOpenSubmissions(appId, platform)
  const submitted = open.find(({ state }) => state !== 'READY_FOR_REVIEW')
  if (submitted === undefined) return { submissionId: await emptyDraft(open, context) }
  if (submitted.state !== 'CANCELING') {
    await port.cancel(submitted.id)
    onChange?.({ kind: 'taken-back', submissionId: submitted.id })
  }
  await awaitEnd(submitted, context)
  return { submissionId: submitted.id }
}

/** A version in a submission that is not handed in cannot be edited either. */
async function emptyDraft(open: readonly StoreSubmission[], { port, onChange }: ReviewContext): Promise<string> {
  for (const { id } of open) {
    if ((await port.versionsIn(id)).length === 0) continue
    await port.emptySubmission(id)
    onChange?.({ kind: 'taken-back', submissionId: id })
    return id
  }
  throw metadataErrors.nothing_to_cancel()
}

async function awaitEnd({ id }: StoreSubmission, { port, sleep, log, signal }: ReviewContext): Promise<void> {
  for (let waited = 0; waited <= CANCEL_MS; waited += CANCEL_STEP_MS) {
    const { state } = await port.readSubmission(id)
    if (state === 'COMPLETE') return
    if (waited === 0) log('waiting until Apple has taken the submission back')
    await sleep(CANCEL_STEP_MS, signal)
  }
  throw busy({ id, state: 'CANCELING', versionId: undefined })
}

interface About {
  readonly version: string
  readonly versionId: string
  readonly port: StorePort
}

/** Apple names what is missing; the sentence is kept. */
async function refusable<T>({ version, versionId, port }: About, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (!isRefusal(cause)) throw cause
    const lines = (cause.details.appleAssociated as readonly string[] | undefined) ?? []
    const fields = await placesOfMissing(lines, versionId, port).catch(() => missingIn(lines))
    throw metadataErrors.review_refused({ version, fields }, { detail: cause.detail ?? cause.title, cause })
  }
}
