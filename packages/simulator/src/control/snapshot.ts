import type { Snapshot } from '../world/snapshot.ts'
import { controlErrors } from './errors.ts'
import { isJson, type Json } from './reading.ts'

const APPLE_ID_LISTS = ['accounts', 'providers', 'sessions', 'trusts', 'attempts']

/** A state of an earlier version has no Apple IDs. */
function areAppleIds(value: unknown): boolean {
  return value === undefined || (isJson(value) && APPLE_ID_LISTS.every((name) => Array.isArray(value[name])))
}

function isSnapshot(value: Json): value is Json & Snapshot {
  const isWhole = Array.isArray(value.teams) && Array.isArray(value.keys) && isJson(value.authority)
  return value.version === 1 && isWhole && areAppleIds(value.appleIds)
}

/** Takes a saved state. */
export function readSnapshot(value: unknown): Snapshot {
  if (isJson(value) && isSnapshot(value)) return value
  throw controlErrors.bad_request({
    field: 'version',
    accepted: 'a snapshot of version 1, as GET /_simulator/state gives',
  })
}
