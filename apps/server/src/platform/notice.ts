import type { UserId } from '@cordon/core/ids'
import type { Tx } from './db/database.ts'

/** What a person should be told. Never holds a secret. */
export interface NewNotice {
  readonly userId: UserId
  /** A stable word, such as `connection_authorised`. */
  readonly kind: string
  readonly title: string
  readonly body: string
  /** Path in the web app, or empty. */
  readonly link: string
}

/** Tells people something, inside the caller's transaction: it is told if and only if it happened. */
export type Tell = (tx: Tx, notices: readonly NewNotice[]) => Promise<void>
