import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'
import type { BuildUploadFate, StateDetail } from '../../world/settings.ts'

/** What processing found. */
export interface Outcome {
  readonly state: 'COMPLETE' | 'FAILED'
  readonly errors: readonly StateDetail[]
  readonly warnings: readonly StateDetail[]
  readonly infos: readonly StateDetail[]
}

/** A binary that is, or was, on its way to App Store Connect. */
export interface BuildUploadRecord extends StoredRecord {
  readonly appId: string
  readonly platform: string
  /** CFBundleShortVersionString. */
  readonly versionString: string
  /** CFBundleVersion. */
  readonly version: string
  /** Epoch ms, as all times here. */
  readonly createdAt: number
  /** When its files were there; null before. */
  readonly committedAt: number | null
  /** PROCESSING until then. */
  readonly doneAt: number | null
  readonly outcome: Outcome | null
  /** What a test wants to become of it; null: what the settings say. */
  readonly fate: BuildUploadFate | null
  readonly buildId: string | null
}

/** The team's build uploads. */
export const buildUploads: StoreDefinition<BuildUploadRecord> = {
  name: 'buildUploads',
  indexes: { app: (record) => [record.appId], build: (record) => (record.buildId === null ? [] : [record.buildId]) },
}
