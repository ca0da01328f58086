/** What every remembered thing has. Records are plain JSON, so that a snapshot is a copy. */
export interface StoredRecord {
  readonly id: string
  /** Position among all that were ever added here; pages follow it, so writes between two pages move nothing. */
  readonly seq: number
  /** Reads do not see the record before this time (epoch ms): Apple's delay between a write and a read. */
  readonly visibleAt: number
}

/** What a new record is made of; the collection adds the sequence number. */
export type NewRecord<R extends StoredRecord> = Omit<R, 'seq'>

/** The keys under which a record is found, per index. */
export type Indexes<R extends StoredRecord> = Readonly<Record<string, (record: R) => readonly string[]>>

/** Names a kind of record and how it is found again. */
export interface StoreDefinition<R extends StoredRecord> {
  readonly name: string
  readonly indexes: Indexes<R>
}

/** Records of one kind of one team, in order of creation, with indexes. Owned by the team; changed only under its write queue. */
export class Collection<R extends StoredRecord> {
  readonly #records = new Map<string, R>()
  readonly #indexes = new Map<string, Map<string, Set<string>>>()
  readonly #keysOf: Indexes<R>
  #nextSeq = 0
  #values: readonly R[] | undefined

  constructor(indexes: Indexes<R>, saved: readonly R[] = []) {
    this.#keysOf = indexes
    for (const name of Object.keys(indexes)) this.#indexes.set(name, new Map())
    for (const record of saved) this.#put(record)
  }

  get(id: string): R | undefined {
    return this.#records.get(id)
  }

  /** All records, oldest first. The array is shared: do not change it. */
  values(): readonly R[] {
    this.#values ??= [...this.#records.values()]
    return this.#values
  }

  /** The records found under a key of an index, oldest first. */
  by(index: string, key: string): R[] {
    const ids = this.#indexes.get(index)?.get(key) ?? new Set<string>()
    return [...ids].flatMap((id) => this.#records.get(id) ?? []).sort((a, b) => a.seq - b.seq)
  }

  /** How many records an index holds under a key. */
  count(index: string, key: string): number {
    return this.#indexes.get(index)?.get(key)?.size ?? 0
  }

  add(record: NewRecord<R>): R {
    // A record type is its new form plus `seq`; the compiler cannot see that through the generic Omit.
    const stored = { ...record, seq: this.#nextSeq } as unknown as R
    this.#put(stored)
    return stored
  }

  /** Replaces some properties of a record; the id and the position stay. */
  change(record: R, patch: Partial<Omit<R, 'id' | 'seq'>>): R {
    const changed: R = { ...record, ...patch }
    this.#unindex(record)
    this.#records.set(changed.id, changed)
    this.#index(changed)
    this.#values = undefined
    return changed
  }

  remove(id: string): void {
    const record = this.#records.get(id)
    if (record === undefined) return
    this.#unindex(record)
    this.#records.delete(id)
    this.#values = undefined
  }

  #put(record: R): void {
    this.#records.set(record.id, record)
    this.#index(record)
    this.#nextSeq = Math.max(this.#nextSeq, record.seq + 1)
    this.#values = undefined
  }

  #index(record: R): void {
    for (const [name, keysOf] of Object.entries(this.#keysOf)) {
      const index = this.#indexes.get(name)
      for (const key of keysOf(record)) {
        const ids = index?.get(key)
        if (ids === undefined) index?.set(key, new Set([record.id]))
        else ids.add(record.id)
      }
    }
  }

  #unindex(record: R): void {
    for (const [name, keysOf] of Object.entries(this.#keysOf)) {
      const index = this.#indexes.get(name)
      for (const key of keysOf(record)) {
        const ids = index?.get(key)
        ids?.delete(record.id)
        if (ids?.size === 0) index?.delete(key)
      }
    }
  }
}
