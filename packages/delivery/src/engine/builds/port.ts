import type { Instant } from '@cordon/core/instant'
import type { StoreApp } from '../metadata/index.ts'
import type { StorePlatform } from '../platforms.ts'

/** One part of the file and where it goes. The URL opens the upload: it is a secret until it expires. */
export interface UploadPart {
  readonly method: string
  readonly url: string
  /** In bytes, from the beginning of the file. */
  readonly offset: number
  readonly length: number
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  /** Undefined: it does not expire as far as is known. */
  readonly expiresAt: Instant | undefined
  /** MD5 of the part that Apple has, or what Apple calls it; undefined while Apple has none. */
  readonly entityTag: string | undefined
}

/** A reserved file. Parts come in any order, and are gone when the file was committed. */
export interface ReservedFile {
  readonly id: string
  readonly state: 'awaiting' | 'committed' | 'failed'
  readonly parts: readonly UploadPart[]
  /** Apple's checksum over all parts; given after the commit, and not by every answer. */
  readonly composite: string | undefined
}

/** What Apple says about an upload or a build. */
export interface AppleNote {
  readonly code: string
  readonly text: string
}

/** Where an upload stands. */
export interface UploadStatus {
  readonly id: string
  /** `other` is a state that no document names; it is waited through. */
  readonly state: 'awaiting' | 'processing' | 'complete' | 'failed' | 'other'
  readonly errors: readonly AppleNote[]
  readonly warnings: readonly AppleNote[]
  /** Undefined until Apple has made a build of it. */
  readonly buildId: string | undefined
}

/** A build as App Store Connect has it. */
export interface StoreBuild {
  readonly id: string
  readonly version: string | undefined
  readonly buildNumber: string | undefined
  readonly state: 'processing' | 'valid' | 'invalid' | 'failed' | 'other'
  readonly isExpired: boolean
  readonly uploadedAt: Instant | undefined
  /** Undefined: the question about encryption is not answered yet. */
  readonly usesNonExemptEncryption: boolean | undefined
}

/** What an upload is for. */
export interface UploadWish {
  readonly app: StoreApp
  readonly platform: StorePlatform
  readonly version: string
  readonly buildNumber: string
}

export interface FileWish {
  readonly name: string
  readonly bytes: number
  readonly kind: 'ipa' | 'pkg'
}

/** What the storage said to one part. */
export interface PartAnswer {
  readonly status: number
  /** `ETag`, without quotes. */
  readonly entityTag: string | undefined
}

/**
 * App Store Connect, as far as uploads of builds need it. Nothing here repeats `sendPart`: the engine does. All other writes are
 * looked for before they are repeated, and `reserve` never makes two. A missing thing is `undefined`; every error of key and network
 * is let through.
 */
export interface BuildUploadPort {
  /** By its number, or by exactly this bundle ID. */
  findApp(wanted: { readonly id?: string | undefined; readonly bundleId: string }): Promise<StoreApp | undefined>
  /** Build numbers taken, by builds and by uploads that are under way or done; of this version alone where numbers count per version. */
  takenNumbers(wish: Omit<UploadWish, 'buildNumber'>): Promise<readonly string[]>
  reserve(wish: UploadWish): Promise<{ readonly uploadId: string }>
  /** Reserves the file of an upload, or finds the one that was reserved. */
  reserveFile(uploadId: string, file: FileWish): Promise<ReservedFile>
  readFile(fileId: string): Promise<ReservedFile | undefined>
  readUpload(uploadId: string): Promise<UploadStatus | undefined>
  /** Sends one part once, with exactly its headers and without the token of the API. Throws when no answer came. */
  sendPart(part: UploadPart, body: Uint8Array, signal?: AbortSignal): Promise<PartAnswer>
  commit(fileId: string): Promise<ReservedFile>
  /** Gives up an upload that waits for its file; one that is gone is no error. */
  giveUp(uploadId: string): Promise<void>
  readBuild(buildId: string): Promise<StoreBuild | undefined>
  /** The build with exactly this version and number. */
  findBuild(wish: UploadWish): Promise<StoreBuild | undefined>
}
