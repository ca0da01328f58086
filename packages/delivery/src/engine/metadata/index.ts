import type { StorePlatform } from '../platforms.ts'

/** What the store page is written through. */
export type MetadataPort = Readonly<Record<string, unknown>>

/** The app record that is written to. */
export interface StoreApp {
  /** Apple's number for it. */
  readonly id: string
  readonly bundleId: string
}

/** A wish to bring a folder of texts and pictures to the store page. */
export interface MetadataPush {
  /** Folder in the layout of fastlane deliver: it holds `metadata` and `screenshots`. */
  readonly folder: string
  readonly app: StoreApp
  readonly platform: StorePlatform
  /** Version that is written to; undefined: the one in preparation, whatever its number. */
  readonly version: string | undefined
  /** Create the version, or give the one in preparation this number, when it is not there. */
  readonly updatesVersion: boolean
  readonly parts: { readonly texts: boolean; readonly screenshots: boolean }
  readonly port: MetadataPort
  /** One line of progress, for people. */
  readonly log: (line: string) => void
  readonly signal?: AbortSignal
}

/** What was written. */
export interface MetadataPushed {
  readonly versionId: string
  readonly version: string
  /** Writes at Apple; 0 when all was there already. */
  readonly writes: number
}

/** Writes what differs and nothing else. */
export type PushMetadata = (push: MetadataPush) => Promise<MetadataPushed>

/** A wish to hand a version with its build to App Review. */
export interface ReviewWish {
  readonly app: StoreApp
  readonly platform: StorePlatform
  readonly version: string
  /** Apple's id of the build that is attached; undefined: what is attached stays. */
  readonly buildId: string | undefined
  readonly port: MetadataPort
  readonly log: (line: string) => void
  readonly signal?: AbortSignal
}

/** Attaches the build and submits the version; a submission that is open is used again. */
export type SubmitForReview = (wish: ReviewWish) => Promise<{ readonly submissionId: string }>
