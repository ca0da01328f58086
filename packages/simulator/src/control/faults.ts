import type { FaultWish } from '../http/faults.ts'
import { controlErrors } from './errors.ts'
import { type Json, number, onlyFields, requiredText, text } from './reading.ts'

const FIELDS = [
  'operation',
  'kind',
  'when',
  'status',
  'code',
  'detail',
  'retryAfterSeconds',
  'latencyMs',
  'times',
  'skip',
  'chance',
  'seed',
]

function present<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  // One property under a computed key: the compiler widens it to an index signature.
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V }
}

function chance(wish: Json): number | undefined {
  const value = number(wish, 'chance', 0)
  if (value === undefined || (value > 0 && value <= 1)) return value
  const accepted = 'a number above 0 and up to 1'
  throw controlErrors.bad_request({ field: 'chance', accepted }, { detail: `'chance' must be ${accepted}` })
}

/** Reads a fault from a control request. */
export function readFault(wish: Json): FaultWish {
  onlyFields(wish, FIELDS)
  return {
    operation: requiredText(wish, 'operation'),
    kind: requiredText(wish, 'kind', ['status', 'drop', 'hang', 'latency', 'truncate'] as const),
    ...present('when', text(wish, 'when', ['before', 'after'] as const)),
    ...present('status', number(wish, 'status', 400)),
    ...present('code', text(wish, 'code')),
    ...present('detail', text(wish, 'detail')),
    ...present('retryAfterSeconds', number(wish, 'retryAfterSeconds', 0)),
    ...present('latencyMs', number(wish, 'latencyMs', 0)),
    ...present('times', number(wish, 'times', 0)),
    ...present('skip', number(wish, 'skip', 0)),
    ...present('chance', chance(wish)),
    ...present('seed', text(wish, 'seed')),
  }
}
