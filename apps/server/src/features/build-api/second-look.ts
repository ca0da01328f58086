import type { AuthorisationId } from '@cordon/core/ids'
import type { Clock } from '@cordon/core/instant'
import { CompiledQuery } from 'kysely'
import type { Run } from '../../platform/db/commit-part.ts'
import type { DatabaseKind, Db } from '../../platform/db/database.ts'
import type { BuildPrincipal } from '../../platform/http/principal.ts'
import { createRunningBuilds } from '../../platform/http/running-builds.ts'

/** Looks again at what a fetch rests on, inside its commit: nobody changes it until the commit is done. */
export interface SecondLook {
  /** Which of the builds run, and have a token that is not over. */
  stillRunning(builds: readonly BuildPrincipal[], run: Run): Promise<ReadonlySet<BuildPrincipal>>
  /** Which of the authorisations may be used. */
  stillActive(ids: Iterable<AuthorisationId>, run: Run): Promise<ReadonlySet<AuthorisationId>>
}

interface Parts {
  readonly db: Db
  readonly clock: Clock
}

// The texts say what comes back. Written by hand, because every commit of releases runs them.
const SQLITE_ACTIVE = CompiledQuery.raw(
  "select id from authorisations where state = 'active' and id = ?",
) as CompiledQuery<{ id: AuthorisationId }>
const POSTGRES = {
  // Locked until the commit: whoever ends the build or takes back comes before or after.
  running:
    "select id from builds where state = 'running' and expires_at > $1 and id = any($2::text[]) order by id for no key update",
  // The connection before its authorisation, as everywhere.
  active:
    "select au.id from connections c join authorisations au on au.connection_id = c.id where au.state = 'active' and au.id = any($1::text[]) order by c.id for no key update of c for share of au",
}

const MAKERS: Readonly<Record<DatabaseKind, (parts: Parts) => SecondLook>> = {
  // Whoever commits is the only one who writes, so what is shared at that moment is what is stored.
  sqlite: (parts) => {
    const runningBuild = createRunningBuilds(parts)
    const active = parts.db.prepareSharedRead(SQLITE_ACTIVE)
    return {
      async stillRunning(builds) {
        const found = await Promise.all(builds.map(({ tokenHash }) => runningBuild(tokenHash)))
        return new Set(builds.filter((_, place) => found[place] !== undefined))
      },
      async stillActive(ids) {
        const rows = await Promise.all(Array.from(ids, active))
        return new Set(rows.flatMap(([row]) => (row === undefined ? [] : [row.id])))
      },
    }
  },
  postgres: ({ clock }) => ({
    async stillRunning(builds, run) {
      const ids = [...new Set(builds.map(({ buildId }) => buildId))]
      const running = await idsOf(CompiledQuery.raw(POSTGRES.running, [clock.now(), ids]), run)
      return new Set(builds.filter(({ buildId }) => running.has(buildId)))
    },
    stillActive: (ids, run) => idsOf(CompiledQuery.raw(POSTGRES.active, [[...ids]]), run),
  }),
}

async function idsOf<T extends string>(query: CompiledQuery, run: Run): Promise<ReadonlySet<T>> {
  return new Set((await run(query as CompiledQuery<{ id: T }>)).map(({ id }) => id))
}

/** Prepares the second look. */
export function createSecondLook(parts: Parts): SecondLook {
  return MAKERS[parts.db.kind](parts)
}
