/** One request and its answer, as the log keeps it. Never holds a token or a header. */
export interface Exchange {
  readonly requestId: string
  /** The simulator's time, ISO 8601. */
  readonly at: string
  readonly service: string
  readonly operation: string
  readonly method: string
  /** Path with query as the client sent it. */
  readonly url: string
  readonly status: number
  readonly keyId: string | null
  readonly teamId: string | null
  readonly durationMs: number
  /** The fault that was played, if any. */
  readonly fault: string | null
  /** Other writes that were under way when this one began. */
  readonly parallelWrites: number
  /** The body of a write, if it was JSON of a sensible size. */
  readonly requestBody: unknown
}

/** The log of exchanges with counts. */
export interface Journal {
  add(exchange: Exchange): void
  exchanges(): readonly Exchange[]
  /** Requests per operation since the last reset. */
  counts(): Record<string, number>
  /** Answers per operation and status since the last reset. */
  statuses(): Record<string, Record<string, number>>
  total(): number
  reset(): void
}

const KEPT = 5_000

/** Keeps the newest exchanges and counts all. */
export function createJournal(): Journal {
  let kept: Exchange[] = []
  let statuses = new Map<string, Map<number, number>>()
  let total = 0
  return {
    add(exchange) {
      total += 1
      kept.push(exchange)
      if (kept.length >= 2 * KEPT) kept = kept.slice(-KEPT)
      const row = statuses.get(exchange.operation) ?? new Map<number, number>()
      statuses.set(exchange.operation, row)
      row.set(exchange.status, (row.get(exchange.status) ?? 0) + 1)
    },
    exchanges: () => kept.slice(-KEPT),
    counts: () => Object.fromEntries([...statuses].map(([name, row]) => [name, sum(row)])),
    statuses: () => Object.fromEntries([...statuses].map(([name, row]) => [name, Object.fromEntries(row)])),
    total: () => total,
    reset() {
      kept = []
      statuses = new Map()
      total = 0
    },
  }
}

function sum(row: ReadonlyMap<number, number>): number {
  let all = 0
  for (const count of row.values()) all += count
  return all
}
