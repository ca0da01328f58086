import type { KeyObject } from 'node:crypto'
import type { Clock } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import type { CreatedIdentity } from './create-certificate.ts'
import type { DeveloperPortal } from './port.ts'
import type { OnProgress } from './progress.ts'
import type { Sleep } from './settle.ts'

/** What applying a plan needs from outside. */
export interface ApplyOptions {
  readonly clock: Clock
  readonly sleep: Sleep
  readonly onProgress: OnProgress
  /** How many requests may be under way at once. */
  readonly concurrency: number
  readonly generateKey: () => Promise<Secret<KeyObject>>
  /** Keeps a new identity before anything else is done with it: if the rest fails, its slot at Apple is not lost. */
  readonly onIdentity: (created: CreatedIdentity) => Promise<void>
}

/** What every stage of applying works with. */
export interface Work {
  readonly portal: DeveloperPortal
  readonly options: ApplyOptions
}
