import type { StorePlatform } from '../platforms.ts'
import type { MediaKind, StoredMedia, StoredPicture, TextSection, Values } from './model.ts'

/** A version of an app in the store. */
export interface StoreVersion {
  readonly id: string
  readonly version: string
  /** Apple's name of the state, such as `PREPARE_FOR_SUBMISSION`. */
  readonly state: string
  /** 0 where Apple does not tell. */
  readonly createdAt: number
  readonly values: Values
  /** What App Review is told; absent when nothing was told yet. */
  readonly review: { readonly id: string; readonly values: Values } | undefined
  readonly phasedRelease: { readonly id: string; readonly state: string } | undefined
  readonly buildId: string | undefined
}

/** What is said of an app apart from its versions. */
export interface StoreInfo {
  readonly id: string
  readonly state: string
  readonly categories: Values
  readonly ageRating: { readonly id: string; readonly values: Values } | undefined
}

/** Texts in one language. */
export interface StoreText {
  readonly id: string
  readonly locale: string
  readonly values: Values
}

/** Pictures or films of one language for one display, in their order. */
export interface StoreSet {
  readonly id: string
  readonly type: string
  readonly items: readonly StoredMedia[]
}

/** A file to upload. */
export interface UploadSource {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** MD5 in hexadecimal digits. */
  readonly checksum: string
  readonly mimeType: string
  readonly frame: string | undefined
  /** Reads some of its bytes. */
  readonly read: (offset: number, length: number) => Promise<Uint8Array>
}

/** A submission to App Review. */
export interface StoreSubmission {
  readonly id: string
  /** Apple's name of the state, such as `WAITING_FOR_REVIEW`. */
  readonly state: string
  readonly versionId: string | undefined
}

/**
 * App Store Connect, as far as the store page and App Review need it.
 *
 * An implementation follows paging to its end, and repeats a write whose effect is unknown only after it has looked for the effect. A
 * language that Apple has made on its own meanwhile is changed instead of created. Refusals are errors of `@cordon/apple`.
 */
export interface StorePort {
  listVersions(appId: string, platform: StorePlatform): Promise<readonly StoreVersion[]>
  createVersion(appId: string, platform: StorePlatform, version: string): Promise<void>
  changeVersion(id: string, values: Values): Promise<void>
  listInfos(appId: string): Promise<readonly StoreInfo[]>
  /** The language in which the app was made. */
  primaryLocale(appId: string): Promise<string | undefined>
  listTexts(section: TextSection, ownerId: string): Promise<readonly StoreText[]>
  createText(section: TextSection, ownerId: string, locale: string, values: Values): Promise<StoreText>
  changeText(section: TextSection, id: string, values: Values): Promise<void>
  deleteText(section: TextSection, id: string): Promise<void>
  setCategories(infoId: string, values: Values): Promise<void>
  changeAgeRating(id: string, infoId: string, values: Values): Promise<void>
  /** `id` is undefined when nothing was told yet. */
  tellReview(versionId: string, id: string | undefined, values: Values): Promise<void>
  setPhased(versionId: string, id: string | undefined, isPhased: boolean): Promise<void>
  listSets(media: MediaKind, textId: string): Promise<readonly StoreSet[]>
  createSet(media: MediaKind, textId: string, type: string): Promise<string>
  deleteSet(media: MediaKind, id: string): Promise<void>
  listItems(media: MediaKind, setId: string): Promise<readonly StoredMedia[]>
  /** Announces, sends and commits a file. `isOurs` tells what this run has made already. */
  upload(media: MediaKind, setId: string, file: UploadSource, isOurs: (id: string) => boolean): Promise<StoredMedia>
  deleteItem(media: MediaKind, id: string): Promise<void>
  setFrame(id: string, frame: string): Promise<void>
  order(media: MediaKind, setId: string, ids: readonly string[]): Promise<void>
  /** Opens a picture as Apple shows it. Throws `metadata.picture_unavailable`. */
  fetchPicture(picture: StoredPicture, format: 'png' | 'jpg'): Promise<AsyncIterable<Uint8Array>>
  attachBuild(versionId: string, buildId: string): Promise<void>
  /** Submissions that have not ended. */
  listOpenSubmissions(appId: string, platform: StorePlatform): Promise<readonly StoreSubmission[]>
  readSubmission(id: string): Promise<StoreSubmission>
  createSubmission(appId: string, platform: StorePlatform): Promise<StoreSubmission>
  versionsIn(submissionId: string): Promise<readonly string[]>
  /** Says of everything that App Review has objected to in a submission that it is put right. */
  resolveItems(submissionId: string): Promise<void>
  /** Takes everything out of a submission that is not handed in. */
  emptySubmission(submissionId: string): Promise<void>
  /** Takes a version out of one; what else is in it stays. */
  takeOutOfSubmission(submissionId: string, versionId: string): Promise<void>
  addToSubmission(submissionId: string, versionId: string): Promise<void>
  submit(submissionId: string): Promise<StoreSubmission>
  cancel(submissionId: string): Promise<StoreSubmission>
  /** Releases an approved version that waits for its developer. */
  release(versionId: string): Promise<void>
  /** Pauses a phased release, goes on with it, or gives the version to everybody. */
  steerPhased(versionId: string, id: string, state: 'ACTIVE' | 'PAUSED' | 'COMPLETE'): Promise<void>
  /** Requests sent so far, repeated ones included. */
  requests(): number
}
