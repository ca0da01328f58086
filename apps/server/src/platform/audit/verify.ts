import type { Queries } from '../db/database.ts'
import type { AuditEventsTable, AuditHeadsTable } from '../db/schema.ts'
import { sameBytes } from '../tokens.ts'
import type { AppendParts } from './append.ts'
import { GENESIS, hashEvent, headText } from './event.ts'

/** Outcome of checking one chain. */
export interface ChainCheck {
  readonly chain: string
  readonly intact: boolean
  /** Events that were read. */
  readonly events: number
  /** Hexadecimal. */
  readonly headHash: string
  /** Sequence number of the first event that does not fit. */
  readonly brokenAt: number | null
  readonly problem: string | null
}

type Parts = Pick<AppendParts, 'db' | 'vault'>
interface Walk {
  readonly seq: number
  readonly hash: Uint8Array
  readonly problem: string | null
}

const PAGE = 500

/** Checks every chain that has events or a head. */
export async function verifyAll(parts: Parts): Promise<ChainCheck[]> {
  const heads = parts.db.queries.selectFrom('audit_heads').select('chain')
  const rows = await heads.union(parts.db.queries.selectFrom('audit_events').select('chain')).execute()
  const checks: ChainCheck[] = []
  for (const { chain } of rows.sort((a, b) => (a.chain < b.chain ? -1 : 1)))
    checks.push(await verifyChain(parts, chain))
  return checks
}

/** Checks one chain. Events that are added meanwhile are not looked at. */
export async function verifyChain(parts: Parts, chain: string): Promise<ChainCheck> {
  const { queries } = parts.db
  const head = await queries.selectFrom('audit_heads').selectAll().where('chain', '=', chain).executeTakeFirst()
  const walk = await walkTo(queries, chain, head?.seq ?? Number.MAX_SAFE_INTEGER)
  const problem = walk.problem ?? headProblem(parts, head, walk)
  return {
    chain,
    intact: problem === null,
    events: walk.problem === null ? walk.seq : walk.seq - 1,
    headHash: Buffer.from(head?.hash ?? GENESIS).toString('hex'),
    brokenAt: problem === null ? null : brokenAt(walk, head),
    problem,
  }
}

async function walkTo(queries: Queries, chain: string, end: number): Promise<Walk> {
  let walk: Walk = { seq: 0, hash: GENESIS, problem: null }
  while (walk.problem === null && walk.seq < end) {
    const events = await readAfter(queries, chain, walk.seq, end)
    if (events.length === 0) return walk
    walk = follow(walk, events)
  }
  return walk
}

function readAfter(queries: Queries, chain: string, seq: number, end: number): Promise<AuditEventsTable[]> {
  const ofChain = queries.selectFrom('audit_events').selectAll().where('chain', '=', chain)
  return ofChain.where('seq', '>', seq).where('seq', '<=', end).orderBy('seq').limit(PAGE).execute()
}

function follow(from: Walk, events: readonly AuditEventsTable[]): Walk {
  let walk = from
  for (const event of events) {
    const problem = eventProblem(walk, event)
    walk = { seq: walk.seq + 1, hash: event.hash, problem }
    if (problem !== null) return walk
  }
  return walk
}

function eventProblem(before: Walk, event: AuditEventsTable): string | null {
  if (event.seq !== before.seq + 1) return 'an event is missing'
  if (!sameBytes(event.previous_hash, before.hash)) return 'an event does not follow from the one before it'
  if (!sameBytes(event.hash, hashEvent(event))) return 'an event was changed'
  return null
}

function headProblem(parts: Parts, head: AuditHeadsTable | undefined, walk: Walk): string | null {
  if (head === undefined) return walk.seq === 0 ? null : 'the sealed head of the chain is missing'
  if (!sameBytes(head.mac, parts.vault.sealHead(headText(head.chain, head.seq, head.hash)))) {
    return 'the seal of the head of the chain does not fit'
  }
  if (walk.seq !== head.seq) return 'events are missing at the end'
  return sameBytes(walk.hash, head.hash) ? null : 'the last event is not the one that was sealed'
}

function brokenAt(walk: Walk, head: AuditHeadsTable | undefined): number {
  if (walk.problem !== null) return walk.seq
  return head !== undefined && walk.seq < head.seq ? walk.seq + 1 : walk.seq
}
