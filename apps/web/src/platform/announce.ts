import { useSyncExternalStore } from 'react'

/** Something that was done, shown briefly and read out. */
export interface Announcement {
  readonly id: number
  readonly text: string
}

let latest: Announcement | undefined
let count = 0
const listeners = new Set<() => void>()

/** Tells the person that something was done; also to screen readers. */
export function announce(text: string): void {
  count += 1
  latest = { id: count, text }
  notify()
}

/** Takes the announcement away. */
export function clearAnnouncement(): void {
  latest = undefined
  notify()
}

/** The latest announcement. */
export function useAnnouncement(): Announcement | undefined {
  return useSyncExternalStore(subscribe, () => latest)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function notify(): void {
  for (const listener of listeners) listener()
}
