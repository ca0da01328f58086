/** What a server remembers of its database between commits. */
export interface Memory<V> {
  get(key: string): V | undefined
  set(key: string, value: V): void
}

/** A memory that can be emptied. */
export interface BoundedMemory<V> extends Memory<V> {
  clear(): void
}

const MOST_REMEMBERED = 10_000

/** Makes one. It forgets all when it is full. */
export function createBoundedMemory<V>(): BoundedMemory<V> {
  const known = new Map<string, V>()
  return {
    get: (key) => known.get(key),
    set: (key, value) => {
      if (known.size >= MOST_REMEMBERED) known.clear()
      known.set(key, value)
    },
    clear: () => known.clear(),
  }
}

/** Remembers nothing. */
export const NO_MEMORY: Memory<never> = { get: () => undefined, set: () => {} }
