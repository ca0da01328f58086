import type { Clock } from '@cordon/core/instant'
import type { Db, Tx } from '../db/database.ts'
import type { AuditEventsTable, AuditHeadsTable } from '../db/schema.ts'
import type { Ids } from '../ids.ts'
import type { Vault } from '../vault/vault.ts'
import { type AuditInput, canonicalJson, GENESIS, hashEvent, headText, INSTANCE_CHAIN } from './event.ts'

/** What appending needs. */
export interface AppendParts {
  readonly db: Db
  readonly vault: Pick<Vault, 'sealHead'>
  readonly clock: Clock
  readonly ids: Ids
}

// Below the 65,535 parameters of a PostgreSQL statement and the 32,766 of SQLite.
const ROWS_PER_INSERT = 200

/**
 * Adds events to their chains inside the caller's transaction. Chains are taken in order of name, so that two
 * transactions with the same chains cannot wait for each other.
 */
export async function appendAll(parts: AppendParts, tx: Tx, inputs: readonly AuditInput[]): Promise<void> {
  const byChain = groupBy(inputs)
  for (const chain of [...byChain.keys()].sort()) await appendChain(parts, tx, chain, byChain.get(chain) ?? [])
}

/** The chain that an event belongs to. */
export function chainOf(input: AuditInput): string {
  return input.appId ?? INSTANCE_CHAIN
}

function groupBy(inputs: readonly AuditInput[]): Map<string, AuditInput[]> {
  const groups = new Map<string, AuditInput[]>()
  for (const input of inputs) {
    const group = groups.get(chainOf(input))
    if (group === undefined) groups.set(chainOf(input), [input])
    else group.push(input)
  }
  return groups
}

async function appendChain(parts: AppendParts, tx: Tx, chain: string, inputs: readonly AuditInput[]): Promise<void> {
  const head = await lockHead(parts, tx, chain)
  const rows = link(parts, chain, inputs, head)
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    await tx
      .insertInto('audit_events')
      .values(rows.slice(start, start + ROWS_PER_INSERT))
      .execute()
  }
  const last = rows.at(-1)
  if (last === undefined) return
  const mac = parts.vault.sealHead(headText(chain, last.seq, last.hash))
  const end = { seq: last.seq, hash: last.hash, mac }
  await tx
    .insertInto('audit_heads')
    .values({ chain, ...end })
    .onConflict((conflict) => conflict.column('chain').doUpdateSet(end))
    .execute()
}

type Head = Pick<AuditHeadsTable, 'seq' | 'hash'>

// SQLite has one writer, so its transaction is the lock. On PostgreSQL the row is; the first event of a chain makes it.
async function lockHead(parts: AppendParts, tx: Tx, chain: string): Promise<Head> {
  const read = tx.selectFrom('audit_heads').select(['seq', 'hash']).where('chain', '=', chain)
  if (parts.db.kind === 'sqlite') return (await read.executeTakeFirst()) ?? { seq: 0, hash: GENESIS }
  const found = await read.forUpdate().executeTakeFirst()
  if (found !== undefined) return found
  const mac = parts.vault.sealHead(headText(chain, 0, GENESIS))
  await tx
    .insertInto('audit_heads')
    .values({ chain, seq: 0, hash: GENESIS, mac })
    .onConflict((conflict) => conflict.column('chain').doNothing())
    .execute()
  return read.forUpdate().executeTakeFirstOrThrow()
}

function link(parts: AppendParts, chain: string, inputs: readonly AuditInput[], head: Head): AuditEventsTable[] {
  const at = parts.clock.now()
  let { seq, hash: previous_hash } = head
  return inputs.map((input) => {
    seq += 1
    const event = { ...columnsOf(input), chain, seq, at, id: parts.ids('auditEvent'), previous_hash }
    const hash = hashEvent(event)
    previous_hash = hash
    return { ...event, hash }
  })
}

function columnsOf(input: AuditInput) {
  return {
    actor_kind: input.actor.kind,
    actor_id: storable(input.actor.id),
    actor_name: storable(input.actor.name),
    action: storable(input.action),
    object_kind: storable(input.object.kind),
    object_id: storable(input.object.id),
    object_name: storable(input.object.name),
    outcome: input.outcome ?? 'success',
    summary: storable(input.summary),
    build_id: input.buildId ?? null,
    request_id: storable(input.requestId),
    details: canonicalJson(input.details ?? {}),
  } as const
}

const REPLACEMENT = '\ufffd'

// What is hashed must be what comes back: half a surrogate pair is no UTF-8, and PostgreSQL keeps no NUL.
function storable(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8').replaceAll('\0', REPLACEMENT)
}
