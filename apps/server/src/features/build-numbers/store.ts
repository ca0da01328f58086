import type { AppId } from '@cordon/core/ids'
import type { Instant } from '@cordon/core/instant'
import { sql } from 'kysely'
import type { Tx } from '../../platform/db/database.ts'

/** Which row counts. */
export interface Line {
  readonly bundleId: string
  readonly version: string
  readonly platform: string
}

/** Counts a line of builds up in one statement, so that nobody can get between. */
export async function takeNext(
  tx: Tx,
  appId: AppId,
  { bundleId, version, platform, above }: Line & { readonly above: number },
  at: Instant,
): Promise<number> {
  const first = above + 1
  const row = await tx
    .insertInto('build_numbers')
    .values({ app_id: appId, bundle_id: bundleId, platform, version, last: first, updated_at: at })
    .onConflict((conflict) =>
      conflict.columns(['app_id', 'bundle_id', 'platform', 'version']).doUpdateSet({
        last: sql`case when build_numbers.last < ${first} then ${first} else build_numbers.last + 1 end`,
        updated_at: at,
      }),
    )
    .returning('last')
    .executeTakeFirstOrThrow()
  return row.last
}
