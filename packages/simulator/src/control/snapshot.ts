import type { Snapshot } from '../world/snapshot.ts'
import { controlErrors } from './errors.ts'
import { isJson, type Json } from './reading.ts'

function isSnapshot(value: Json): value is Json & Snapshot {
  return value.version === 1 && Array.isArray(value.teams) && Array.isArray(value.keys) && isJson(value.authority)
}

/** Takes a saved state. */
export function readSnapshot(value: unknown): Snapshot {
  if (isJson(value) && isSnapshot(value)) return value
  throw controlErrors.bad_request({
    field: 'version',
    accepted: 'a snapshot of version 1, as GET /_simulator/state gives',
  })
}
