import type { BuildId } from '@cordon/core/ids'
import type { Tx } from '../db/database.ts'

/** How many events of one action a build has in the log. */
export async function countOfBuild(tx: Tx, id: BuildId, action: string): Promise<number> {
  const row = await tx
    .selectFrom('audit_events')
    .select((select) => select.fn.countAll<number>().as('events'))
    .where('build_id', '=', id)
    .where('action', '=', action)
    .executeTakeFirstOrThrow()
  return Number(row.events)
}
