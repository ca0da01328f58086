import type { BuildId } from '@cordon/core/ids'
import type { Tx } from '../db/database.ts'
import type { BuildCounter } from './event.ts'

/** How much was counted of a build. */
export async function countOfBuild(tx: Tx, id: BuildId, counter: BuildCounter): Promise<number> {
  const row = await tx.selectFrom('build_activity').select(counter).where('build_id', '=', id).executeTakeFirst()
  return row?.[counter] ?? 0
}
