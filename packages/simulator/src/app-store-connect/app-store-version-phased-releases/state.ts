import { newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { isReleased } from '../app-store-versions/states.ts'
import { versions } from '../app-store-versions/store.ts'
import { conflict, invalidRelationship, stateError } from '../json-api/errors.ts'
import { type PhasedReleaseRecord, phasedReleases } from './store.ts'

const DAY_MS = 86_400_000
// Apple's help: 1, 2, 5, 10, 20, 50 and 100 per cent over seven days; pauses of 30 days in all.
const DAYS = 7
const PAUSE_DAYS = 30

/** Where a phased release is. */
export type PhasedReleaseState = 'INACTIVE' | 'ACTIVE' | 'PAUSED' | 'COMPLETE'

/** How long it was paused, until now and at most 30 days. */
export function pausedMsOf(scene: Scene, { pausedAt, pausedMs }: PhasedReleaseRecord): number {
  return Math.min(pausedMs + (pausedAt === null ? 0 : scene.now - pausedAt), PAUSE_DAYS * DAY_MS)
}

/** The day that it is in, from 1 to 7; 0 before the release. */
export function dayOf(scene: Scene, record: PhasedReleaseRecord): number {
  if (record.startedAt === null) return 0
  const runMs = scene.now - record.startedAt - pausedMsOf(scene, record)
  return Math.min(1 + Math.floor(runMs / DAY_MS), DAYS)
}

/** The state now. */
export function phasedStateOf(scene: Scene, record: PhasedReleaseRecord): PhasedReleaseState {
  if (record.startedAt === null) return 'INACTIVE'
  const runMs = scene.now - record.startedAt - pausedMsOf(scene, record)
  if (record.isCompleted || runMs >= DAYS * DAY_MS) return 'COMPLETE'
  const isPaused = record.pausedAt !== null && pausedMsOf(scene, record) < PAUSE_DAYS * DAY_MS
  return isPaused ? 'PAUSED' : 'ACTIVE'
}

/** Plans a phased release, before the version is on sale and not for the first. */
export function createPhasedRelease(scene: Scene, versionId: string): PhasedReleaseRecord {
  const store = storeOf(scene.team, versions)
  const version = store.get(versionId)
  const pointer = '/data/relationships/appStoreVersion'
  if (version === undefined) {
    throw invalidRelationship(
      'appStoreVersion',
      `There is no resource of type 'appStoreVersions' with id '${versionId}'`,
    )
  }
  if (isReleased(version.state)) throw stateError('The version has already been released', pointer)
  const hasReleased = store
    .by('app', version.appId)
    .some((one) => one.platform === version.platform && isReleased(one.state))
  if (!hasReleased) throw stateError('A phased release is not available for the first version of an app', pointer)
  const releases = storeOf(scene.team, phasedReleases)
  if (releases.count('version', versionId) > 0) throw conflict('The version already has a phased release', pointer)
  return releases.add({
    id: newUuid(scene.world.random),
    visibleAt: visibleAt(scene, phasedReleases.name),
    versionId,
    startedAt: null,
    pausedAt: null,
    pausedMs: 0,
    isCompleted: false,
  })
}

/** Begins the phased release of a version that goes on sale, where there is one. */
export function startPhasedRelease(scene: Scene, versionId: string): void {
  const store = storeOf(scene.team, phasedReleases)
  for (const record of store.by('version', versionId)) store.change(record, { startedAt: scene.now })
}

type Moves = Readonly<Record<string, (scene: Scene, record: PhasedReleaseRecord) => Partial<PhasedReleaseRecord>>>

const MOVES: Moves = {
  'ACTIVE PAUSED': (scene) => ({ pausedAt: scene.now }),
  'PAUSED ACTIVE': (scene, record) => ({ pausedAt: null, pausedMs: pausedMsOf(scene, record) }),
  'ACTIVE COMPLETE': () => ({ isCompleted: true }),
  'PAUSED COMPLETE': () => ({ isCompleted: true }),
}

/** Pauses, goes on, or releases to all. */
export function changePhasedRelease(scene: Scene, record: PhasedReleaseRecord, to: string): PhasedReleaseRecord {
  const from = phasedStateOf(scene, record)
  if (from === to) return record
  const move = MOVES[`${from} ${to}`]
  if (move === undefined) {
    const detail = `The phased release can not go from '${from}' to '${to}'`
    throw stateError(detail, '/data/attributes/phasedReleaseState')
  }
  return storeOf(scene.team, phasedReleases).change(record, move(scene, record))
}

/** Gives a phased release up, before it begins. */
export function removePhasedRelease(scene: Scene, record: PhasedReleaseRecord): void {
  if (record.startedAt !== null) throw stateError('A phased release that has begun can not be deleted')
  storeOf(scene.team, phasedReleases).remove(record.id)
}
