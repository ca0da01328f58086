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
  readonly account: string | null
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
// Addresses that are nobody's operations are counted together from here on: a scanner must not fill the memory.
const COUNTED_OPERATIONS = 2_000
const REST = 'other'

/** Keeps the newest exchanges and counts all. */
export function createJournal(): Journal {
  let ring: Exchange[] = []
  let oldest = 0
  let statuses = new Map<string, Map<number, number>>()
  let total = 0
  return {
    add(exchange) {
      total += 1
      if (ring.length < KEPT) ring.push(exchange)
      else {
        ring[oldest] = exchange
        oldest = (oldest + 1) % KEPT
      }
      const isCounted = statuses.has(exchange.operation) || statuses.size < COUNTED_OPERATIONS
      const name = isCounted ? exchange.operation : REST
      const row = statuses.get(name) ?? new Map<number, number>()
      statuses.set(name, row)
      row.set(exchange.status, (row.get(exchange.status) ?? 0) + 1)
    },
    exchanges: () => [...ring.slice(oldest), ...ring.slice(0, oldest)],
    counts: () => Object.fromEntries([...statuses].map(([name, row]) => [name, sum(row)])),
    statuses: () => Object.fromEntries([...statuses].map(([name, row]) => [name, Object.fromEntries(row)])),
    total: () => total,
    reset() {
      ring = []
      oldest = 0
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
