import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'

/** What is wrong with an uploaded picture. */
export interface DeliveryFailure {
  readonly code: string
  readonly description: string
}

/** A screenshot, reserved or uploaded. The bytes are with the host of pictures once they were looked at. */
export interface ScreenshotRecord extends StoredRecord {
  readonly setId: string
  readonly fileName: string
  readonly fileSize: number
  /** MD5 of the file, hexadecimal, as the client told it. */
  readonly checksum: string | null
  /** The upload that it waits for; null once it is committed. */
  readonly uploadId: string | null
  /** When it is done with, epoch ms; null while it awaits its upload. */
  readonly doneAt: number | null
  readonly failure: DeliveryFailure | null
  readonly width: number | null
  readonly height: number | null
  /** Its picture; absent when there is none, and for those of earlier states. */
  readonly imageId?: string
}

/** The team's screenshots. */
export const screenshots: StoreDefinition<ScreenshotRecord> = {
  name: 'appScreenshots',
  indexes: { set: (record) => [record.setId], image: ({ imageId }) => (imageId === undefined ? [] : [imageId]) },
}
