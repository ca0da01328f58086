/** What a server remembers of its database between commits. */
export interface Memory<V> {
  get(key: string): V | undefined
  set(key: string, value: V): void
}

/** A memory that can be emptied. */
export interface EmptyableMemory<V> extends Memory<V> {
  clear(): void
}

/** Makes one. */
export function createEmptyableMemory<V>(): EmptyableMemory<V> {
  const known = new Map<string, V>()
  return {
    get: (key) => known.get(key),
    set: (key, value) => void known.set(key, value),
    clear: () => known.clear(),
  }
}

/** Remembers nothing. */
export const NO_MEMORY: Memory<never> = { get: () => undefined, set: () => {} }
