import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'

/** The release of a version to more users every day. */
export interface PhasedReleaseRecord extends StoredRecord {
  readonly versionId: string
  /** When the version went on sale, epoch ms as all times here; null before. */
  readonly startedAt: number | null
  /** When it was paused; null while it runs. */
  readonly pausedAt: number | null
  /** How long earlier pauses lasted, together. */
  readonly pausedMs: number
  /** Released to all at once by a client. */
  readonly isCompleted: boolean
}

/** The team's phased releases. */
export const phasedReleases: StoreDefinition<PhasedReleaseRecord> = {
  name: 'appStoreVersionPhasedReleases',
  indexes: { version: (record) => [record.versionId] },
}
