import { createHash } from 'node:crypto'
import type { AppId, BuildId } from '@cordon/core/ids'
import type { ActorKind, AuditEventsTable } from '../db/schema.ts'

/** Who did something, as the log names them for good: also when the account is gone. */
export interface Actor {
  readonly kind: ActorKind
  /** Empty for `system` and `anonymous`. */
  readonly id: string
  readonly name: string
}

/** What is counted of a build. */
export const BUILD_COUNTERS = ['credential_releases', 'apple_requests', 'step_reports', 'build_numbers'] as const
export type BuildCounter = (typeof BUILD_COUNTERS)[number]

/** What a feature tells the log. Never holds a secret. */
export interface AuditInput {
  /** The app's chain; left out for the chain of the instance. */
  readonly appId?: AppId | undefined
  readonly actor: Actor
  /** `connection.created`, `credentials.released`, … */
  readonly action: string
  readonly object: { readonly kind: string; readonly id: string; readonly name: string }
  /** `success` unless told. */
  readonly outcome?: AuditEventsTable['outcome']
  /** One sentence for people. */
  readonly summary: string
  readonly requestId: string
  readonly buildId?: BuildId | undefined
  /** What it adds to the counters of its build. */
  readonly counts?: Readonly<Partial<Record<BuildCounter, number>>>
  readonly details?: Readonly<Record<string, unknown>>
}

/** Name of the chain for what belongs to no app. */
export const INSTANCE_CHAIN = 'instance'

/** Hash before the first event of a chain. */
export const GENESIS: Uint8Array = new Uint8Array(32)

/** What of an event is hashed. */
export type HashedEvent = Omit<AuditEventsTable, 'hash' | 'build_previous' | 'build_position'>

// The order is the contract: adding a column means a new form number.
const FORM = 1

/** The columns that are hashed, in their order. */
export const FIELDS = [
  'chain',
  'seq',
  'id',
  'at',
  'actor_kind',
  'actor_id',
  'actor_name',
  'action',
  'object_kind',
  'object_id',
  'object_name',
  'outcome',
  'summary',
  'build_id',
  'request_id',
  'details',
] as const satisfies ReadonlyArray<keyof HashedEvent>

/** What is hashed of an event beside the hash before it: the form's number and the fields as one JSON array, in fixed order. */
export function textOf(event: Omit<HashedEvent, 'previous_hash'>): string {
  return JSON.stringify([FORM, ...FIELDS.map((field) => event[field])])
}

/** SHA-256 over the hash before it and the event's text. */
export function hashText(previousHash: Uint8Array, text: string): Buffer {
  return createHash('sha256').update(previousHash).update(text).digest()
}

/** The hash of a stored event. */
export function hashEvent(event: HashedEvent): Uint8Array {
  return hashText(event.previous_hash, textOf(event))
}

/** JSON with the keys of every object in order, so that equal details have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(inOrder(value))
}

// A copy, not a replacer: the replacer is called for each part and costs several times as much.
function inOrder(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(inOrder)
  const plain: unknown = 'toJSON' in value && typeof value.toJSON === 'function' ? value.toJSON() : value
  if (plain === null || typeof plain !== 'object') return plain
  const parts = plain as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    Object.keys(parts)
      .sort()
      .map((key) => [key, inOrder(parts[key])]),
  )
}

/** What is sealed of the end of a chain. */
export function headText(chain: string, seq: number, hash: Uint8Array): string {
  return JSON.stringify(['audit head', chain, seq, Buffer.from(hash).toString('hex')])
}
