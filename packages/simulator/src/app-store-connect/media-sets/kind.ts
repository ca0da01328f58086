import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'

/** Pictures or films of a localization for one kind of display. */
export interface MediaSetRecord extends StoredRecord {
  readonly localizationId: string
  readonly displayType: string
  /** Ids of what is in it, in the order in which the store shows it. */
  readonly order: readonly string[]
}

/** What sets need to know of a picture or film. */
export interface MediumRecord extends StoredRecord {
  readonly setId: string
  /** The upload that it waits for; null once it is committed. */
  readonly uploadId: string | null
  /** When it is done with, epoch ms; null while it awaits its upload. */
  readonly doneAt: number | null
  readonly failure: unknown
  /** The picture that is shown of it; copies share one. Stores of media that have any find them by `image`. */
  readonly imageId?: string
}

/** A kind of set: screenshots or previews. In all else they are alike. */
export interface SetKind {
  readonly sets: StoreDefinition<MediaSetRecord>
  /** The attribute that tells the kind of display. */
  readonly typeAttribute: string
  readonly displayTypes: readonly string[]
  /** One of what is in it, as messages call it. */
  readonly word: string
}

/** A kind of set together with what is in it. */
export interface MediaKind<M extends MediumRecord> extends SetKind {
  readonly media: StoreDefinition<M>
}
