import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'
import type { StateDetail } from '../../world/settings.ts'

/** Checksums of a file as Apple's documents write them. */
export interface Checksums {
  readonly file?: { readonly hash: string; readonly algorithm: string }
  readonly composite?: { readonly hash: string; readonly algorithm: string }
}

/** A file of a build upload, reserved or uploaded. */
export interface BuildUploadFileRecord extends StoredRecord {
  /** The build upload that it belongs to. */
  readonly uploadId: string
  readonly assetType: string
  readonly fileName: string
  readonly fileSize: number
  readonly uti: string
  /** Where its bytes come to, and stay. */
  readonly pendingId: string
  /** Epoch ms; null while it awaits its parts. */
  readonly committedAt: number | null
  /** When it is done with, epoch ms. */
  readonly doneAt: number | null
  readonly failure: StateDetail | null
  /** Null until the commit. */
  readonly checksums: Checksums | null
}

/** The team's files of build uploads. */
export const buildUploadFiles: StoreDefinition<BuildUploadFileRecord> = {
  name: 'buildUploadFiles',
  indexes: { upload: (record) => [record.uploadId] },
}
