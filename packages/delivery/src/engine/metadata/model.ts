/** A value of a field; null is none. */
export type Value = string | boolean | null

/** Values by Apple's names of the fields. */
export type Values = Readonly<Record<string, Value>>

/** Fields that an app or a version has once. */
export const PLAIN_SECTIONS = ['version', 'phasedRelease', 'categories', 'ageRating', 'review'] as const
export type PlainSection = (typeof PLAIN_SECTIONS)[number]

/** Fields that are there once for each language: those of the version, and those of the app that all versions share. */
export const TEXT_SECTIONS = ['versionTexts', 'infoTexts'] as const
export type TextSection = (typeof TEXT_SECTIONS)[number]

export const MEDIA_KINDS = ['screenshots', 'previews'] as const
export type MediaKind = (typeof MEDIA_KINDS)[number]

/** A picture or film as the store page shows it. What tells two apart is the checksum. */
export interface Media {
  /** File name. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** MD5 in hexadecimal digits; absent where Apple does not tell. */
  readonly checksum: string | undefined
  /** Previews: the frame that stands for it, as `00:00:05:00`; absent: Apple's choice. */
  readonly frame?: string
}

/** Where Apple shows a picture: `template` is an address with `{w}`, `{h}` and `{f}` in the places of size and format. */
export interface StoredPicture {
  readonly template: string
  /** Pixels. */
  readonly width: number
  readonly height: number
}

/** One that is at Apple. */
export interface StoredMedia extends Media {
  readonly id: string
  /** `waiting`: announced, and its bytes never came. `processing`: Apple works on it. */
  readonly state: 'waiting' | 'processing' | 'complete' | 'failed'
  /** Why it failed, in Apple's words. */
  readonly errors: readonly string[]
  /** Absent while there is nothing to see; films have none. */
  readonly picture?: StoredPicture
}

/** A file that shall be at Apple. */
export interface MediaFile extends Media {
  readonly checksum: string
  readonly path: string
  /** This is the copy that Apple shows of an upload, by `uploadKey`. */
  readonly copyOf?: string
  /** Tells whether the path still leads to the file that was looked at. */
  readonly identity?: string
}

/** Sets by language and display, each in its order. */
export type MediaSets<M extends Media> = Readonly<Record<string, Readonly<Record<string, readonly M[]>>>>

/** The store page of one version: what is at Apple, or what shall be there. Fields and sets that are missing are not spoken of. */
export type Listing<M extends Media> = Readonly<Record<PlainSection, Values>> &
  Readonly<Record<TextSection, Readonly<Record<string, Values>>>> &
  Readonly<Record<MediaKind, MediaSets<M>>>

/** What is at Apple. */
export type StoredListing = Listing<StoredMedia>

/** What shall be at Apple. What is not spoken of stays as it is. */
export type WantedListing = Listing<MediaFile>

/** A page of which nothing is said. */
export const EMPTY_LISTING: Listing<never> = {
  version: {},
  phasedRelease: {},
  categories: {},
  ageRating: {},
  review: {},
  versionTexts: {},
  infoTexts: {},
  screenshots: {},
  previews: {},
}

/** The languages that a listing speaks of, in alphabetical order. */
export function localesOf(listing: Listing<Media>): readonly string[] {
  const named = [...TEXT_SECTIONS, ...MEDIA_KINDS].flatMap((part) => Object.keys(listing[part]))
  return [...new Set(named)].sort()
}
