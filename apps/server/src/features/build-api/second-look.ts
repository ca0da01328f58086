import type { AuthorisationId, BuildId } from '@cordon/core/ids'
import type { Instant } from '@cordon/core/instant'
import { CompiledQuery } from 'kysely'
import type { Run } from '../../platform/db/commit-part.ts'
import type { DatabaseKind, Db } from '../../platform/db/database.ts'

/** Looks again at what a fetch rests on, inside its commit: nobody changes it until the commit is done. */
export interface SecondLook {
  /** Which of the builds run, and have a token that is not over. */
  stillRunning(ids: Iterable<BuildId>, now: Instant, run: Run): Promise<ReadonlySet<BuildId>>
  /** Which of the authorisations may be used. */
  stillActive(ids: Iterable<AuthorisationId>, run: Run): Promise<ReadonlySet<AuthorisationId>>
}

interface RunningRow {
  readonly id: BuildId
  readonly expires_at: Instant
}

// The texts say what comes back. Written by hand, because every commit of releases runs them.
const SQLITE = {
  running: CompiledQuery.raw(
    "select id, expires_at from builds where state = 'running' and id = ?",
  ) as CompiledQuery<RunningRow>,
  active: CompiledQuery.raw("select id from authorisations where state = 'active' and id = ?") as CompiledQuery<{
    id: AuthorisationId
  }>,
}
const POSTGRES = {
  // Locked until the commit: whoever ends the build or takes back comes before or after.
  running:
    "select id from builds where state = 'running' and expires_at > $1 and id = any($2::text[]) order by id for no key update",
  // The connection before its authorisation, as everywhere.
  active:
    "select au.id from connections c join authorisations au on au.connection_id = c.id where au.state = 'active' and au.id = any($1::text[]) order by c.id for no key update of c for share of au",
}

const MAKERS: Readonly<Record<DatabaseKind, (db: Db) => SecondLook>> = {
  // Whoever commits is the only one who writes, so what is shared at that moment is what is stored.
  sqlite: (db) => {
    const running = db.prepareSharedRead(SQLITE.running)
    const active = db.prepareSharedRead(SQLITE.active)
    return {
      async stillRunning(ids, now) {
        const rows = await Promise.all(Array.from(ids, running))
        return new Set(rows.flatMap(([row]) => (row !== undefined && row.expires_at > now ? [row.id] : [])))
      },
      async stillActive(ids) {
        const rows = await Promise.all(Array.from(ids, active))
        return new Set(rows.flatMap(([row]) => (row === undefined ? [] : [row.id])))
      },
    }
  },
  postgres: () => ({
    stillRunning: (ids, now, run) => idsOf(CompiledQuery.raw(POSTGRES.running, [now, [...ids]]), run),
    stillActive: (ids, run) => idsOf(CompiledQuery.raw(POSTGRES.active, [[...ids]]), run),
  }),
}

async function idsOf<T extends string>(query: CompiledQuery, run: Run): Promise<ReadonlySet<T>> {
  return new Set((await run(query as CompiledQuery<{ id: T }>)).map(({ id }) => id))
}

/** Prepares the second look. */
export function createSecondLook(db: Db): SecondLook {
  return MAKERS[db.kind](db)
}
