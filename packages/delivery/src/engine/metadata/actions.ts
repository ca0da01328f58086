import type { MediaFile, MediaKind, PlainSection, TextSection, Value } from './model.ts'

/** What becomes of one field. */
export interface Change {
  readonly from: Value
  readonly to: Value
}

export type Changes = Readonly<Record<string, Change>>

/** Names one set of pictures or films. */
export interface SetName {
  readonly media: MediaKind
  readonly locale: string
  readonly type: string
}

/** One write at Apple, and why. */
export type Action = { readonly reason: string } & (
  | { readonly kind: 'change-section'; readonly section: PlainSection; readonly changes: Changes }
  | { readonly kind: 'create-text'; readonly section: TextSection; readonly locale: string; readonly changes: Changes }
  | { readonly kind: 'change-text'; readonly section: TextSection; readonly locale: string; readonly changes: Changes }
  | { readonly kind: 'delete-text'; readonly section: TextSection; readonly locale: string }
  | (SetName & { readonly kind: 'upload-media'; readonly file: MediaFile })
  | (SetName & { readonly kind: 'delete-media'; readonly id: string; readonly name: string })
  | (SetName & { readonly kind: 'set-frame'; readonly id: string; readonly name: string; readonly frame: string })
  /** `order` holds Apple's ids, and `uploaded(path)` for files that are uploaded first. */
  | (SetName & { readonly kind: 'order-media'; readonly order: readonly string[] })
  | (SetName & { readonly kind: 'delete-set' })
)

export type ActionOf<K extends Action['kind']> = Extract<Action, { readonly kind: K }>

/** The place in an order of a file that has no id yet. */
export function uploaded(path: string): string {
  return `new:${path}`
}
