import type { Action, Plan } from './model.ts'

/** What happens while a wish is fulfilled, for progress lines and audit. */
export type ProgressEvent =
  | { readonly kind: 'observing' }
  | { readonly kind: 'planned'; readonly plan: Plan }
  | { readonly kind: 'started'; readonly action: Action }
  | { readonly kind: 'done'; readonly action: Action }
  | { readonly kind: 'failed'; readonly action: Action; readonly error: unknown }
  /** Something at Apple changed meanwhile; the work is planned again. */
  | { readonly kind: 'again'; readonly why: string }

/** Hears of progress. Must not throw. */
export type OnProgress = (event: ProgressEvent) => void

/** Does the work of an action and tells of its start and end. */
export async function tracked<T>(action: Action, onProgress: OnProgress, work: () => Promise<T>): Promise<T> {
  onProgress({ kind: 'started', action })
  try {
    const result = await work()
    onProgress({ kind: 'done', action })
    return result
  } catch (error) {
    onProgress({ kind: 'failed', action, error })
    throw error
  }
}
