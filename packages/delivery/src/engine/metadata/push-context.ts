import type { Action } from './actions.ts'
import type { PagePlan } from './plan-page.ts'
import type { StorePort } from './port.ts'

/** What happens while a page is written. */
export type PushEvent =
  | { readonly kind: 'observing' }
  /** `writes`: all that are to do, with the version that has to be made. */
  | { readonly kind: 'planned'; readonly plan: PagePlan; readonly writes: number }
  | { readonly kind: 'made-version'; readonly version: string; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly action: Action; readonly done: number; readonly total: number }
  /** Files are sent; Apple looks at them. */
  | { readonly kind: 'following'; readonly left: number }

/** What was written so far. */
export interface Written {
  readonly version: string
  readonly writes: number
}

/** What writing a page is given besides the page. */
export interface PushContext {
  readonly port: StorePort
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>
  readonly onProgress: (event: PushEvent) => void
  /** Hears of every write that is done: those so far, and the version whose page it is. */
  readonly onWritten?: (written: Written) => void
  /** Hears the plan before anything is written, and may throw to keep it from being carried out. */
  readonly approve?: (plan: PagePlan) => void | Promise<void>
  readonly signal?: AbortSignal
  /** Longest wait for Apple's work on uploaded files. 20 minutes if absent. */
  readonly followMs?: number
}
