import { randomBytes } from 'node:crypto'
import type { AppId, BuildId } from '@cordon/core/ids'
import { secret } from '@cordon/core/secret'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES, openScratchDatabase } from '../../../test/databases.ts'
import { systemClock } from '../clock.ts'
import { type Db, transaction } from '../db/database.ts'
import { migrate } from '../db/migrate.ts'
import { buildActivity } from '../db/migrations/0004-build-activity.ts'
import { MIGRATIONS } from '../db/migrations/index.ts'
import { SQLITE_WORDS } from '../db/migrations/types.ts'
import { createIds } from '../ids.ts'
import { localKeyProvider } from '../vault/key-provider.ts'
import { createVault } from '../vault/vault.ts'
import { createAudit } from './audit.ts'
import type { AuditInput } from './event.ts'
import { readTrail } from './trail.ts'

const ids = createIds(systemClock, randomBytes)
const key = () => secret<Uint8Array>(randomBytes(32))
const vault = createVault(localKeyProvider(key(), randomBytes), { versions: key(), audit: key() }, randomBytes)
const auditOf = (db: Db) => createAudit({ db, vault, clock: systemClock, ids })

const PERSON = 'usr_dana'
const insertPerson = sql`insert into users
  (id, serial, email, email_key, name, instance_role, password_hash, created_at, updated_at)
  values (${PERSON}, 1, 'dana@example.com', 'dana@example.com', 'Dana', 'member', '', 0, 0)`

function insertApp(id: AppId) {
  return sql`insert into apps (id, name, delivery_mode, last_build_number, created_by, created_at, updated_at)
    values (${id}, 'App', 'release', 0, ${PERSON}, 0, 0)`
}

/** A build as the first version of the schema kept it; `counted`: columns that it had and their values. */
function insertBuild(id: BuildId, appId: AppId, number: number, counted: Readonly<Record<string, number>> = {}) {
  const columns = Object.keys(counted).map((name) => sql`, ${sql.ref(name)}`)
  const values = Object.values(counted).map((value) => sql`, ${value}`)
  return sql`insert into builds (id, app_id, number, state, facts, from_fork, started_by_kind, started_by_id,
    started_by_name, started_at, expires_at${sql.join(columns, sql``)})
    values (${id}, ${appId}, ${number}, 'running', '{}', 0, 'person', ${PERSON}, 'Dana', 0, 0${sql.join(values, sql``)})`
}

function event(appId: AppId | undefined, buildId: BuildId | undefined, action = 'thing.done'): AuditInput {
  return {
    appId,
    buildId,
    actor: { kind: 'build', id: buildId ?? '', name: 'build' },
    action,
    object: { kind: 'thing', id: 'thing_1', name: 'Thing' },
    summary: 'A thing was done.',
    requestId: 'req_1',
  }
}

/** Events of a build by looking at every one of the chain. */
async function slowTrail(db: Db, appId: AppId, buildId: BuildId): Promise<number[]> {
  const rows = await db.queries
    .selectFrom('audit_events')
    .select(['seq', 'build_id'])
    .where('chain', '=', appId)
    .orderBy('seq')
    .execute()
  return rows.filter((row) => row.build_id === buildId).map(({ seq }) => seq)
}

async function pages(db: Db, appId: AppId, buildId: BuildId, limit: number): Promise<number[]> {
  const read: number[] = []
  for (;;) {
    const rows = await readTrail(db.queries, { appId, buildId, after: read.at(-1), limit })
    read.push(...rows.map(({ seq }) => seq))
    if (rows.length < limit) return read
  }
}

describe.each(DATABASES)('on $database', ({ database, missing }) => {
  describe.skipIf(missing)('the trail of a build', () => {
    let db: Db
    let close: () => Promise<void>
    let appId: AppId
    let builds: readonly BuildId[]

    beforeAll(async () => {
      ;({ db, close } = await openScratchDatabase(database))
      await insertPerson.execute(db.queries)
      ;({ appId, builds } = await newApp(5))
    })
    afterAll(() => close())

    async function newApp(count: number) {
      const app = ids('app')
      await insertApp(app).execute(db.queries)
      const made = Array.from({ length: count }, () => ids('build'))
      for (const [place, id] of made.entries()) {
        await insertBuild(id, app, place + 1).execute(db.queries)
        await db.queries.insertInto('build_activity').values({ build_id: id }).execute()
      }
      return { appId: app, builds: made }
    }

    test('is whole and in order, whatever was written together and however its pages are cut', async () => {
      const audit = auditOf(db)
      const turns = Array.from({ length: 60 }, (_, turn) => turn)
      for (const turn of turns) {
        // The first build does something each turn and the last nothing ever.
        const busy = builds.slice(0, -1).filter((_, place) => turn % (place + 1) === 0)
        const written = busy.flatMap((buildId) => [
          event(appId, buildId),
          event(appId, undefined),
          event(appId, buildId),
        ])
        if (turn % 3 === 0) await transaction(db, (tx) => audit.append(tx, ...written))
        else await Promise.all(written.map((one) => audit.appendBeforeRelease(one)))
      }
      for (const buildId of builds) {
        const expected = await slowTrail(db, appId, buildId)
        for (const limit of [1, 7, 63, 64, 65, 1000]) {
          expect(await pages(db, appId, buildId, limit), `pages of ${limit}`).toEqual(expected)
        }
      }
      expect(await slowTrail(db, appId, builds[0] as BuildId)).toHaveLength(120)
      expect(await audit.verify(appId)).toMatchObject({ intact: true })
    })

    test('knows nothing of what was rolled back, and goes on after it', async () => {
      const audit = auditOf(db)
      const { appId: app, builds: made } = await newApp(1)
      const [buildId] = made as [BuildId]
      await audit.appendBeforeRelease(event(app, buildId))
      const failed = transaction(db, async (tx) => {
        await audit.append(tx, event(app, buildId), event(app, buildId))
        throw new Error('changed my mind')
      })
      await expect(failed).rejects.toThrow('changed my mind')
      await audit.appendBeforeRelease(event(app, buildId))
      expect(await pages(db, app, buildId, 10)).toEqual([1, 2])
    })

    test('holds nothing of another app, of the instance, or of a build that is gone', async () => {
      const audit = auditOf(db)
      const [one, other] = [await newApp(1), await newApp(1)]
      const [buildId] = one.builds as [BuildId]
      await audit.appendBeforeRelease(event(one.appId, buildId))
      await audit.appendBeforeRelease(event(undefined, buildId))
      expect(await pages(db, other.appId, buildId, 10)).toEqual([])
      expect(await pages(db, one.appId, buildId, 10)).toEqual([1])
      await sql`delete from apps where id = ${one.appId}`.execute(db.queries)
      await audit.appendBeforeRelease(event(one.appId, buildId))
      expect(await pages(db, one.appId, buildId, 10)).toEqual([])
      expect(await audit.verify(one.appId)).toMatchObject({ intact: true, events: 2 })
    })

    test('a cursor that is no event of the build begins at its first', async () => {
      const [first, second] = builds as [BuildId, BuildId]
      const [foreign] = await slowTrail(db, appId, second)
      const expected = (await slowTrail(db, appId, first)).slice(0, 3)
      for (const after of [foreign, 1_000_000, -1]) {
        const rows = await readTrail(db.queries, { appId, buildId: first, after, limit: 3 })
        expect(rows.map(({ seq }) => seq)).toEqual(expected)
      }
    })

    test('a page of a long trail begins at a mark and reads no more than it must', async () => {
      const { appId: app, builds: made } = await newApp(1)
      const [buildId] = made as [BuildId]
      await transaction(db, (tx) => auditOf(db).append(tx, ...Array.from({ length: 1000 }, () => event(app, buildId))))
      // What the walk passes is made unreadable beyond the page and its mark.
      await db.queries
        .updateTable('audit_events')
        .set({ build_previous: null })
        .where('chain', '=', app)
        .where((either) => either.or([either('seq', '<=', 300), either('seq', '>', 384)]))
        .execute()
      const rows = await readTrail(db.queries, { appId: app, buildId, after: 300, limit: 30 })
      expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, place) => 301 + place))
    })
  })

  describe.skipIf(missing)('an older database', () => {
    test('keeps what builds did', async () => {
      const { db, close } = await openScratchDatabase(database, MIGRATIONS.slice(0, 3))
      try {
        await insertPerson.execute(db.queries)
        const [appId, busy, quiet, gone] = [ids('app'), ids('build'), ids('build'), ids('build')]
        await insertApp(appId).execute(db.queries)
        await insertBuild(busy, appId, 1, { credential_releases: 7, apple_requests: 9 }).execute(db.queries)
        await insertBuild(quiet, appId, 2, { credential_releases: 0 }).execute(db.queries)
        const actions = ['build.started', 'step.reported', 'build_number.allocated', 'step.reported', 'thing.done']
        for (let seq = 1; seq <= 200; seq += 1) {
          const buildId = [busy, null, gone][seq % 3]
          await sql`insert into audit_events (chain, seq, id, at, actor_kind, actor_id, actor_name, action, object_kind,
            object_id, object_name, outcome, summary, build_id, request_id, details, previous_hash, hash)
            values (${appId}, ${seq}, ${`evt_${seq}`}, 0, 'build', '', '', ${actions[seq % 5]}, '', '', '', 'success', '',
            ${buildId}, '', '{}', ${Buffer.alloc(32)}, ${Buffer.alloc(32)})`.execute(db.queries)
        }
        await migrate(db)
        const expected = await slowTrail(db, appId, busy)
        expect(expected).toHaveLength(66)
        for (const limit of [10, 64, 100]) expect(await pages(db, appId, busy, limit)).toEqual(expected)
        expect(await pages(db, appId, quiet, 10)).toEqual([])
        const activity = await db.queries.selectFrom('build_activity').selectAll().orderBy('events').execute()
        const reports = expected.filter((seq) => actions[seq % 5] === 'step.reported').length
        const numbers = expected.filter((seq) => actions[seq % 5] === 'build_number.allocated').length
        expect(activity).toEqual([
          {
            build_id: quiet,
            events: 0,
            last_seq: null,
            credential_releases: 0,
            apple_requests: 0,
            step_reports: 0,
            build_numbers: 0,
          },
          {
            build_id: busy,
            events: 66,
            last_seq: 198,
            credential_releases: 7,
            apple_requests: 9,
            step_reports: reports,
            build_numbers: numbers,
          },
        ])
        await sql`delete from audit_events where chain = ${appId} and seq > 198`.execute(db.queries)
        await sql`insert into audit_heads (chain, seq, hash, mac)
          values (${appId}, 198, ${Buffer.alloc(32)}, ${Buffer.alloc(32)})`.execute(db.queries)
        await auditOf(db).appendBeforeRelease(event(appId, busy))
        expect(await pages(db, appId, busy, 100)).toEqual([...expected, 199])
      } finally {
        await close()
      }
    })
  })
})

test('SQLite reads an older database as a whole, not the events of an app for each of its builds', async () => {
  const { db, close } = await openScratchDatabase('sqlite', MIGRATIONS.slice(0, 3))
  try {
    const plans: string[] = []
    for (const statement of buildActivity.statements(SQLITE_WORDS)) {
      const plan = sql.raw<{ detail: string }>(`explain query plan ${statement}`)
      if (/^(insert|update)/.test(statement))
        plans.push(...(await plan.execute(db.queries)).rows.map(({ detail }) => detail))
      await sql.raw(statement).execute(db.queries)
    }
    expect(plans).toContainEqual(expect.stringMatching(/SEARCH .*\(chain=\? AND seq=\?\)/))
    expect(plans).not.toContainEqual(expect.stringMatching(/SEARCH .*\(chain=\?\)/))
  } finally {
    await close()
  }
})
