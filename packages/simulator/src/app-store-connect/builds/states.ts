import type { Scene } from '../../world/world.ts'
import type { BuildRecord } from './store.ts'

const LIFE_MS = 90 * 86_400_000

/** When a build can no longer be tested: 90 days after its upload. */
export function buildExpiresAt(record: BuildRecord): number {
  return record.uploadedAt + LIFE_MS
}

/** Whether a build can no longer be tested. */
export function isBuildExpired(scene: Scene, record: BuildRecord): boolean {
  return record.isEnded || buildExpiresAt(record) <= scene.now
}

/** The state of processing now. */
export function processingStateOf(scene: Scene, record: BuildRecord): BuildRecord['processingState'] {
  return record.processedAt > scene.now ? 'PROCESSING' : record.processingState
}

/** What both kinds of testers see alike; `undefined` when the build is ready for them. */
function commonState(scene: Scene, record: BuildRecord): string | undefined {
  const state = processingStateOf(scene, record)
  if (state === 'PROCESSING') return 'PROCESSING'
  if (state !== 'VALID') return 'PROCESSING_EXCEPTION'
  if (isBuildExpired(scene, record)) return 'EXPIRED'
  return record.usesNonExemptEncryption === null ? 'MISSING_EXPORT_COMPLIANCE' : undefined
}

/** `internalBuildState`: what the team's own testers see. */
export function internalStateOf(scene: Scene, record: BuildRecord): string {
  const isTested = record.betaGroupIds.length > 0 || record.testerIds.length > 0
  return commonState(scene, record) ?? (isTested ? 'IN_BETA_TESTING' : 'READY_FOR_BETA_TESTING')
}

/** `externalBuildState`: what testers from outside see, who get a build after beta review. */
export function externalStateOf(scene: Scene, record: BuildRecord): string {
  if (record.audience === 'INTERNAL_ONLY') return 'NOT_APPLICABLE'
  return commonState(scene, record) ?? record.betaReview ?? 'READY_FOR_BETA_SUBMISSION'
}
