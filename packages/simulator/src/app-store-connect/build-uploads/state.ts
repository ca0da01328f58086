import { discardUpload } from '../../uploads/store.ts'
import { newUuid } from '../../world/random.ts'
import type { BuildUploadFate, StateDetail } from '../../world/settings.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { versions } from '../app-store-versions/store.ts'
import { apps } from '../apps/state.ts'
import { buildUploadFiles } from '../build-upload-files/store.ts'
import { addBuild } from '../builds/state.ts'
import { builds } from '../builds/store.ts'
import { AppleError, invalidAttribute, invalidRelationship, stateError } from '../json-api/errors.ts'
import { tell } from '../webhooks/tell.ts'
import { findingsOf } from './findings.ts'
import { type Inspected, NOT_INSPECTED } from './inspection/inspected.ts'
import { isBundleVersion, isNumberUsed, numbersUsed, type UploadVersion } from './numbers.ts'
import { type BuildUploadRecord, buildUploads, type Outcome } from './store.ts'

/** `state.state` of a build upload. */
export type UploadState = 'AWAITING_UPLOAD' | 'PROCESSING' | 'COMPLETE' | 'FAILED'

/** The state of an upload now. */
export function uploadStateOf(scene: Scene, { committedAt, doneAt, outcome }: BuildUploadRecord): UploadState {
  if (committedAt === null) return 'AWAITING_UPLOAD'
  return doneAt === null || outcome === null || doneAt > scene.now ? 'PROCESSING' : outcome.state
}

// Recorded by codemagic cli-tools (a mock of altool's JSON): the code, the pointer and `meta.previousBundleVersion`.
function numberTaken(scene: Scene, upload: UploadVersion): AppleError {
  const previousBundleVersion = numbersUsed(scene, upload).at(-1)
  return new AppleError(409, [
    {
      code: 'ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE',
      title: 'The provided entity includes an attribute with a value that has already been used',
      detail: `The bundle version must be higher than the previously uploaded version: ‘${previousBundleVersion}’.`,
      source: { pointer: '/data/attributes/cfBundleVersion' },
      meta: { previousBundleVersion },
    },
  ])
}

function checkUpload(scene: Scene, upload: UploadVersion): void {
  const { appId, platform, versionString, version } = upload
  if (storeOf(scene.team, apps).get(appId) === undefined) {
    throw invalidRelationship('app', `There is no resource of type 'apps' with id '${appId}'`)
  }
  for (const [name, value] of [
    ['cfBundleShortVersionString', versionString],
    ['cfBundleVersion', version],
  ] as const) {
    if (isBundleVersion(value)) continue
    throw invalidAttribute(name, `'${value.slice(0, 100)}' must be a period-separated list of integers`)
  }
  const hasPlatform = storeOf(scene.team, versions)
    .by('app', appId)
    .some((one) => one.platform === platform)
  if (!hasPlatform) throw invalidAttribute('platform', `The app does not have the platform '${platform}'`)
  if (isNumberUsed(scene, upload)) throw numberTaken(scene, upload)
}

/** Tells the app's webhooks of a state; the first has none before it. */
function tellState(
  scene: Scene,
  { appId, id }: BuildUploadRecord,
  oldState: UploadState | null,
  newState: UploadState,
) {
  const states = oldState === null ? { newState } : { oldState, newState }
  tell(scene, appId, 'BUILD_UPLOAD_STATE_UPDATED', states, { type: buildUploads.name, id })
}

/** Tells of the outcome when its time has come, unless something else was decided until then. */
function tellOutcomeAt({ world, team }: Scene, { id }: BuildUploadRecord, doneAt: number): void {
  world.agenda.at(doneAt, () => {
    const scene = { world, team, now: world.clock.now() }
    const record = storeOf(team, buildUploads).get(id)
    if (record?.doneAt === doneAt) tellState(scene, record, 'PROCESSING', uploadStateOf(scene, record))
  })
}

/** Begins an upload; its files are reserved next. */
export function addUpload(scene: Scene, wish: UploadVersion): BuildUploadRecord {
  checkUpload(scene, wish)
  const record = storeOf(scene.team, buildUploads).add({
    ...wish,
    id: newUuid(scene.world.random),
    visibleAt: visibleAt(scene, buildUploads.name),
    createdAt: scene.now,
    committedAt: null,
    doneAt: null,
    outcome: null,
    fate: null,
    buildId: null,
  })
  tellState(scene, record, null, 'AWAITING_UPLOAD')
  return record
}

/** Withdraws an upload that has not begun to be processed. */
export function removeUpload(scene: Scene, record: BuildUploadRecord): void {
  if (record.committedAt !== null) throw stateError('A build upload can be deleted only while it awaits its files')
  const files = storeOf(scene.team, buildUploadFiles)
  for (const { id, pendingId } of files.by('upload', record.id)) {
    discardUpload(scene.world.uploads, pendingId)
    files.remove(id)
  }
  storeOf(scene.team, buildUploads).remove(record.id)
}

function outcomeOf(
  problems: readonly StateDetail[],
  warnings: readonly StateDetail[],
  fate: BuildUploadFate | null,
): Outcome {
  return {
    state: problems.length > 0 || fate?.state === 'FAILED' ? 'FAILED' : 'COMPLETE',
    errors: [...problems, ...(fate?.errors ?? [])],
    warnings: [...warnings, ...(fate?.warnings ?? [])],
    infos: fate?.infos ?? [],
  }
}

/** What decides how an upload's files are taken, until a test does: its own wish, or the settings'. */
export function fateOf({ world }: Scene, { fate }: BuildUploadRecord): BuildUploadFate | null {
  return fate ?? world.settings.buildUploadFate
}

function makeBuild(
  scene: Scene,
  record: BuildUploadRecord,
  { minOsVersion, usesNonExemptEncryption }: Inspected,
  doneAt: number,
): string {
  const { buildAppearsMs, buildProcessingMs, buildHasUploadId } = scene.world.settings
  const { appId, platform, versionString, version } = record
  const build = addBuild(scene, {
    appId,
    platform,
    versionString,
    version,
    minOsVersion,
    usesNonExemptEncryption,
    processingState: fateOf(scene, record)?.processingState ?? 'VALID',
    appearsMs: doneAt + buildAppearsMs - scene.now,
    processingMs: doneAt + buildAppearsMs + buildProcessingMs - scene.now,
    ...(buildHasUploadId ? { id: record.id } : {}),
  })
  return build.id
}

/** Takes the files of an upload for complete, before they are looked at. */
export function beginProcessing(scene: Scene, record: BuildUploadRecord): BuildUploadRecord {
  return storeOf(scene.team, buildUploads).change(record, { committedAt: scene.now })
}

/**
 * Processes an upload whose files are all there: what comes of it is decided at once and shows at `doneAt`.
 * `inspected` is what was found in the files.
 */
export function processUpload(
  scene: Scene,
  record: BuildUploadRecord,
  inspected: Inspected,
  doneAt = scene.now + scene.world.settings.buildUploadProcessingMs,
): BuildUploadRecord {
  const problems = [...inspected.errors, ...findingsOf(scene, record)]
  const outcome = outcomeOf(problems, inspected.warnings, fateOf(scene, record))
  const buildId = outcome.state === 'COMPLETE' ? makeBuild(scene, record, inspected, doneAt) : null
  const processed = storeOf(scene.team, buildUploads).change(record, { doneAt, outcome, buildId })
  // Together with the outcome, so that a test can have the two arrive the wrong way round; once, also when a test decides again.
  if (record.outcome === null) tellState(scene, processed, 'AWAITING_UPLOAD', 'PROCESSING')
  tellOutcomeAt(scene, processed, doneAt)
  return processed
}

/** Has a test decide: now for an upload that is committed, else when it will be. */
export function decideUpload(scene: Scene, record: BuildUploadRecord, fate: BuildUploadFate, forMs: number) {
  const decided = storeOf(scene.team, buildUploads).change(record, { fate })
  if (record.committedAt === null) return decided
  if (record.buildId !== null) storeOf(scene.team, builds).remove(record.buildId)
  return processUpload(scene, decided, NOT_INSPECTED, scene.now + forMs)
}
