import type { Clock } from '@cordon/core/instant'
import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { BuildPrincipal } from './principal.ts'

/** The running build that a token with this hash is of; undefined when there is none, and when either is over. */
export type RunningBuilds = (tokenHash: Uint8Array) => Promise<BuildPrincipal | undefined>

/** Prepares the look-up. It is asked at every fetch of a build, and whoever prepares it as well shares its rows. */
export function createRunningBuilds({ db, clock }: { readonly db: Db; readonly clock: Clock }): RunningBuilds {
  const read = db.prepareSharedRead(runningBuildQuery(db, new Uint8Array()).compile())
  return async (tokenHash) => {
    const [row] = await read(tokenHash)
    const now = clock.now()
    if (row === undefined || row.tokenExpiresAt <= now || row.buildExpiresAt <= now) return undefined
    const { buildId, appId, number, startedAt } = row
    return { kind: 'build', buildId, appId, number, startedAt, fromFork: row.fromFork === 1, tokenHash }
  }
}

function runningBuildQuery({ queries }: Db, tokenHash: Uint8Array) {
  return queries
    .selectFrom('build_tokens as t')
    .innerJoin('builds as b', 'b.id', 't.build_id')
    .select([
      'b.id as buildId',
      'b.app_id as appId',
      'b.number',
      'b.started_at as startedAt',
      'b.from_fork as fromFork',
      't.expires_at as tokenExpiresAt',
      'b.expires_at as buildExpiresAt',
    ])
    .where('b.state', '=', sql.lit('running'))
    .where('t.token_hash', '=', tokenHash)
}
