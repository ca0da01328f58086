import { first } from './0001-first.ts'
import { appleIds } from './0002-apple-ids.ts'
import { buildNumbers } from './0003-build-numbers.ts'
import { buildActivity } from './0004-build-activity.ts'
import type { Migration } from './types.ts'

/** Every change of the schema, in order. */
export const MIGRATIONS: readonly Migration[] = [first, appleIds, buildNumbers, buildActivity]
