import type { Clock } from '@cordon/core/instant'
import { CompiledQuery } from 'kysely'
import type { Run } from '../db/commit-part.ts'
import type { DatabaseKind, Db, Tx } from '../db/database.ts'
import { type Memory, NO_MEMORY } from '../db/memory.ts'
import type { AuditEventsTable, AuditHeadsTable } from '../db/schema.ts'
import type { Ids } from '../ids.ts'
import type { Vault } from '../vault/vault.ts'
import {
  type AuditInput,
  canonicalJson,
  FIELDS,
  GENESIS,
  type HashedEvent,
  hashText,
  headText,
  INSTANCE_CHAIN,
  textOf,
} from './event.ts'
import { createTrails, type TrailLink, type Trails } from './trail.ts'

/** The end of a chain, from which the next event goes on. */
export type Head = Pick<AuditHeadsTable, 'seq' | 'hash'>

/** What appending needs. */
export interface AppendParts {
  readonly db: Db
  /** Ends of chains as the last commit left them. */
  readonly heads: Memory<Head>
  readonly vault: Pick<Vault, 'sealHead'>
  readonly clock: Clock
  readonly ids: Ids
}

/**
 * Adds events to their chains inside the caller's transaction. Chains are taken in order of name, so that two
 * transactions with the same chains cannot wait for each other.
 */
export async function appendAll(parts: AppendParts, tx: Tx, inputs: readonly AuditInput[]): Promise<void> {
  const run: Run = async (query) => (await tx.executeQuery(query)).rows
  // In a transaction heads are read where it is: it may have appended before, and may be rolled back.
  const statements = await appendStatements({ ...parts, heads: NO_MEMORY }, run, inputs)
  for (const statement of statements) await tx.executeQuery(statement)
}

/**
 * The statements that add events to their chains. `run` reads the chains' heads and, on PostgreSQL, locks them. They must be committed, with
 * nothing of the log between, or the memory of heads emptied.
 */
export async function appendStatements(
  parts: AppendParts,
  run: Run,
  inputs: readonly AuditInput[],
): Promise<CompiledQuery[]> {
  const byChain = groupBy(inputs)
  const statements: CompiledQuery[] = []
  for (const chain of [...byChain.keys()].sort()) {
    statements.push(...(await chainStatements(parts, run, chain, byChain.get(chain) ?? [])))
  }
  return statements
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

async function chainStatements(
  parts: AppendParts,
  run: Run,
  chain: string,
  inputs: readonly AuditInput[],
): Promise<CompiledQuery[]> {
  const head = parts.heads.get(chain) ?? (await lockHead(parts, run, chain))
  const trails = createTrails()
  const events = link(parts, chain, inputs, head, trails)
  const last = events.at(-1)
  if (last === undefined) return []
  parts.heads.set(chain, { seq: last.fields.seq, hash: last.hash })
  const mac = parts.vault.sealHead(headText(chain, last.fields.seq, last.hash))
  return [
    insertStatement(parts.db.kind, events),
    ...trails.statements(parts.db.kind),
    CompiledQuery.raw(HEAD_TEXTS[parts.db.kind].write, [chain, last.fields.seq, last.hash, mac]),
  ]
}

// Written by hand, because every commit runs them and making their text would take longer than running them.
const HEAD_WRITE = 'on conflict (chain) do update set seq = excluded.seq, hash = excluded.hash, mac = excluded.mac'
const HEAD_TEXTS = {
  sqlite: {
    read: 'select seq, hash from audit_heads where chain = ?',
    write: `insert into audit_heads (chain, seq, hash, mac) values (?, ?, ?, ?) ${HEAD_WRITE}`,
  },
  postgres: {
    read: 'select seq, hash from audit_heads where chain = $1 for update',
    write: `insert into audit_heads (chain, seq, hash, mac) values ($1, $2, $3, $4) ${HEAD_WRITE}`,
  },
} as const

const FIRST_HEAD =
  'insert into audit_heads (chain, seq, hash, mac) values ($1, $2, $3, $4) on conflict (chain) do nothing'

// SQLite has one writer, so its turn is the lock. On PostgreSQL the row is; the first event of a chain makes it.
async function lockHead(parts: AppendParts, run: Run, chain: string): Promise<Head> {
  const found = await readHead(parts, run, chain)
  if (found !== undefined) return found
  const first = { seq: 0, hash: GENESIS }
  if (parts.db.kind === 'sqlite') return first
  const mac = parts.vault.sealHead(headText(chain, 0, GENESIS))
  await run(CompiledQuery.raw(FIRST_HEAD, [chain, first.seq, first.hash, mac]))
  return (await readHead(parts, run, chain)) ?? first
}

async function readHead({ db }: AppendParts, run: Run, chain: string): Promise<Head | undefined> {
  // The text says what comes back.
  const query = CompiledQuery.raw(HEAD_TEXTS[db.kind].read, [chain]) as CompiledQuery<Head>
  return (await run(query))[0]
}

/** An event at its place in the chain. */
interface LinkedEvent {
  readonly fields: Omit<HashedEvent, 'previous_hash'>
  /** What of it was hashed. */
  readonly text: string
  readonly previousHash: Uint8Array
  readonly hash: Buffer
  readonly trail: TrailLink | undefined
}

function link(
  parts: AppendParts,
  chain: string,
  inputs: readonly AuditInput[],
  head: Head,
  trails: Trails,
): LinkedEvent[] {
  const at = parts.clock.now()
  let { seq, hash: previousHash } = head
  return inputs.map((input) => {
    seq += 1
    const fields = fieldsOf(input, { chain, seq, at, id: parts.ids('auditEvent') })
    const text = textOf(fields)
    const event = { fields, text, previousHash, hash: hashText(previousHash, text), trail: trails.link(input, seq) }
    previousHash = event.hash
    return event
  })
}

type PlaceInChain = Pick<AuditEventsTable, 'chain' | 'seq' | 'at' | 'id'>

function fieldsOf(input: AuditInput, { chain, seq, at, id }: PlaceInChain): LinkedEvent['fields'] {
  return {
    chain,
    seq,
    id,
    at,
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
  }
}

const COLUMNS = [...FIELDS, 'previous_hash', 'hash', 'build_previous', 'build_position'] as const
const WHOLE_NUMBERS: ReadonlySet<string> = new Set<(typeof FIELDS)[number]>(['seq', 'at'])

// The texts that were hashed are the values as well, all in one parameter: it goes to the database as it is, and one statement is
// prepared for any number of events.
const INSERT = `insert into audit_events (${COLUMNS.join(', ')})`
const INSERTS: Readonly<Record<DatabaseKind, string>> = {
  // As JSONB, made once for each event: from its text each field costs a search of its own.
  sqlite: `with events (event) as materialized (select jsonb(value) from json_each(?)) ${INSERT} select ${[
    ...FIELDS.map((_, place) => `json_extract(event, '$[0][${place + 1}]')`),
    "unhex(json_extract(event, '$[1]'))",
    "unhex(json_extract(event, '$[2]'))",
    "coalesce(json_extract(event, '$[4]'), activity.last_seq)",
    "activity.events + json_extract(event, '$[5]')",
  ].join(', ')} from events left join build_activity activity on activity.build_id = json_extract(event, '$[3]')`,
  postgres: `${INSERT} select ${[
    ...FIELDS.map((field, place) => `(value->0->>${place + 1})${WHOLE_NUMBERS.has(field) ? '::bigint' : ''}`),
    "decode(value->>1, 'hex')",
    "decode(value->>2, 'hex')",
    'coalesce((value->>4)::bigint, activity.last_seq)',
    'activity.events + (value->>5)::bigint',
  ].join(', ')} from json_array_elements($1::json) left join build_activity activity on activity.build_id = value->>3`,
}

function insertStatement(kind: DatabaseKind, events: readonly LinkedEvent[]): CompiledQuery {
  const hex = (hash: Uint8Array) => Buffer.from(hash).toString('hex')
  const values = events.map(({ text, previousHash, hash, trail }) => {
    const place = trail === undefined ? '' : `,"${trail.buildId}",${trail.previous},${trail.nth}`
    return `[${text},"${hex(previousHash)}","${hex(hash)}"${place}]`
  })
  return CompiledQuery.raw(INSERTS[kind], [`[${values.join(',')}]`])
}

const REPLACEMENT = '\ufffd'
const PLAIN = /^[\x20-\x7e]*$/

// What is hashed must be what comes back: half a surrogate pair is no UTF-8, and PostgreSQL keeps no NUL.
function storable(text: string): string {
  if (PLAIN.test(text)) return text
  return Buffer.from(text, 'utf8').toString('utf8').replaceAll('\0', REPLACEMENT)
}
