import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AppId, UserId } from '@cordon/core/ids'
import { instant } from '@cordon/core/instant'
import { CompiledQuery, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES, openScratchDatabase } from '../../../test/databases.ts'
import { type Db, openDatabase, transaction } from './database.ts'
import { migrate } from './migrate.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { pageOf, positionOf } from './page.ts'
import { isDuplicate, nextNumber } from './sql.ts'
import { openDurably } from './sqlite/file.ts'
import { takeInstanceLock } from './sqlite/instance-lock.ts'
import { openReader } from './sqlite/reader.ts'

const NOW = instant(1_770_000_000_000)

describe.each(DATABASES)('on $database', ({ database, missing }) => {
  describe.skipIf(missing)('the database', () => {
    let db: Db
    let close: () => Promise<void>
    beforeAll(async () => {
      ;({ db, close } = await openScratchDatabase(database))
    })
    afterAll(() => close())

    const user = (name: string, serial: number) => ({
      id: `usr_${name}` as UserId,
      serial,
      email: `${name}@example.com`,
      email_key: `${name}@example.com`,
      name,
      instance_role: 'member' as const,
      password_hash: '',
      disabled_at: null,
      created_at: NOW,
      updated_at: NOW,
    })
    const app = (id: string) => ({
      id: id as AppId,
      name: id,
      delivery_mode: 'release' as const,
      last_build_number: 0,
      created_by: 'usr_ann' as UserId,
      created_at: NOW,
      updated_at: NOW,
    })

    test('migrating again changes nothing, and several servers may do it at once', async () => {
      await Promise.all([migrate(db), migrate(db), migrate(db)])
      const rows = await db.queries.selectFrom('migrations').select(['id', 'name']).execute()
      expect(rows).toHaveLength(MIGRATIONS.length)
    })

    test('a migration that fails leaves nothing behind', async () => {
      const broken = {
        id: 99,
        name: 'broken',
        statements: ({ int }: { int: string }) => [`create table half_done (id ${int})`, 'create tabel'],
      }
      await expect(migrate(db, [...MIGRATIONS, broken])).rejects.toThrow()
      await expect(sql`select * from half_done`.execute(db.queries)).rejects.toThrow(/half_done/)
      await migrate(db)
    })

    test('a database that a newer version made is refused', async () => {
      await expect(migrate(db, [])).rejects.toMatchObject({ code: 'database.newer', details: { migration: '1 first' } })
    })

    test('bytes, whole numbers beyond 32 bits, and texts come back as they went in', async () => {
      const token_hash = Uint8Array.from({ length: 256 }, (_, index) => index)
      const row = { purpose: 'a\n"é🍎', kek_id: 'k', wrapped_key: token_hash, created_at: NOW }
      await db.queries.insertInto('vault_keys').values(row).execute()
      const read = await db.queries.selectFrom('vault_keys').selectAll().executeTakeFirstOrThrow()
      expect({ ...read, wrapped_key: Array.from(read.wrapped_key) }).toEqual({
        ...row,
        wrapped_key: Array.from(token_hash),
      })
      expect(read.wrapped_key).toBeInstanceOf(Uint8Array)
    })

    test('a transaction keeps everything or nothing', async () => {
      const failed = transaction(db, async (tx) => {
        await tx.insertInto('users').values(user('gone', 900)).execute()
        throw new Error('no')
      })
      await expect(failed).rejects.toThrow('no')
      expect(await db.queries.selectFrom('users').select('id').where('name', '=', 'gone').execute()).toEqual([])
    })

    test('a prepared read sees what is committed, at once, and does not wait for a transaction', async () => {
      const read = db.prepareSharedRead(db.queries.selectFrom('users').select('id').where('name', '=', '').compile())
      await transaction(db, async (tx) => {
        await tx.insertInto('users').values(user('eve', 9)).execute()
        expect(await read('eve')).toEqual([])
      })
      expect(await read('eve')).toHaveLength(1)
      await db.queries.deleteFrom('users').where('name', '=', 'eve').execute()
      expect(await read('eve')).toEqual([])
    })

    test('a shared read is never older than the last commit, and for calls at the same time one read', async () => {
      const read = db.prepareSharedRead(db.queries.selectFrom('users').select('id').where('name', '=', '').compile())
      let isCommitted = false
      const commit = db.queries.insertInto('users').values(user('sue', 10)).execute()
      const noted = commit.then(() => {
        isCommitted = true
      })
      // Read all the while, so that rows are shared also at the moment in which the commit is told.
      while (!isCommitted) await read('sue').then(() => new Promise(setImmediate))
      await noted
      const [first, second] = await Promise.all([read('sue'), read('sue')])
      expect(first).toEqual([{ id: 'usr_sue' }])
      expect(second).toEqual(first)
      expect(second).toBe(first)
      await db.queries.deleteFrom('users').where('name', '=', 'sue').execute()
      expect(await read('sue')).toEqual([])
    })

    test('a quiet commit leaves the rows that are shared, any other does not', async () => {
      const read = db.prepareSharedRead(db.queries.selectFrom('users').select('id').where('name', '=', '').compile())
      const put = db.queries.insertInto('counters').values({ name: '', value: 0 }).compile().sql
      // Rows are kept for a moment only, and a slow disk may take longer than that; but not ten times.
      const kept: boolean[] = []
      for (let attempt = 0; attempt < 10; attempt += 1) {
        const before = await read('nobody')
        await db.commitQuietly([async () => [CompiledQuery.raw(put, [`quiet ${attempt}`, 1])]])
        kept.push((await read('nobody')) === before)
      }
      expect(kept.includes(true)).toBe(db.kind === 'sqlite')
      const before = await read('nobody')
      await db.queries.insertInto('counters').values({ name: 'loud', value: 1 }).execute()
      const after = await read('nobody')
      expect(after).not.toBe(before)
      await db.queries.deleteFrom('counters').where('value', '=', 1).execute()
      expect(await read('nobody')).not.toBe(after)
    })

    test('what others read while a transaction runs is what was committed', async () => {
      let insideDone = () => {}
      const inside = new Promise<void>((resolve) => {
        insideDone = resolve
      })
      const writing = transaction(db, async (tx) => {
        await tx.insertInto('users').values(user('ann', 1)).execute()
        insideDone()
      })
      const seen = inside.then(() => db.queries.selectFrom('users').select('id').execute())
      await writing
      expect([0, 1]).toContain((await seen).length)
      expect(await db.queries.selectFrom('users').select('id').execute()).toHaveLength(1)
    })

    test('statements and those that read before them are committed together, or none is', async () => {
      const { sql: text } = db.queries.insertInto('counters').values({ name: '', value: 0 }).compile()
      const put = (name: string, value: number) => CompiledQuery.raw(text, [name, value])
      const count = db.queries.selectFrom('users').select('id').compile()
      await db.commitQuietly([async () => [put('first', 1)], async (run) => [put('second', (await run(count)).length)]])
      await expect(db.commitQuietly([async () => [put('third', 3), put('first', 4)]])).rejects.toSatisfy((error) =>
        isDuplicate(error),
      )
      await expect(
        db.commitQuietly([
          async () => [put('third', 3)],
          async () => {
            throw new Error('changed my mind')
          },
        ]),
      ).rejects.toThrow('changed my mind')
      await expect(
        db.commitQuietly([
          async () => [put('third', 3), put('first', 4)],
          async (run) => [put('fourth', (await run(count)).length)],
        ]),
        'a later part does not hide why an earlier one failed',
      ).rejects.toSatisfy((error) => isDuplicate(error))
      const kept = await db.queries
        .selectFrom('counters')
        .selectAll()
        .where('name', 'in', ['first', 'second', 'third', 'fourth'])
        .execute()
      await db.queries.deleteFrom('counters').where('name', 'in', ['first', 'second']).execute()
      expect(kept.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
        { name: 'first', value: 1 },
        { name: 'second', value: 1 },
      ])
    })

    test('an app has one owner, and a second one is told as a duplicate', async () => {
      await db.queries.insertInto('users').values(user('bob', 2)).execute()
      await db.queries.insertInto('apps').values(app('app_1')).execute()
      const member = { app_id: 'app_1' as AppId, role: 'owner' as const, created_at: NOW }
      await db.queries
        .insertInto('memberships')
        .values({ ...member, user_id: 'usr_ann' as UserId })
        .execute()
      const second = db.queries
        .insertInto('memberships')
        .values({ ...member, user_id: 'usr_bob' as UserId })
        .execute()
      const error: unknown = await second.catch((caught: unknown) => caught)
      expect(isDuplicate(error)).toBe(true)
      expect(isDuplicate(error, 'no_such_index')).toBe(false)
      expect(isDuplicate(new Error('other'))).toBe(false)
    })

    test('foreign keys hold, and what belongs to an app goes with it', async () => {
      const stray = {
        app_id: 'app_none' as AppId,
        user_id: 'usr_ann' as UserId,
        role: 'admin' as const,
        created_at: NOW,
      }
      await expect(db.queries.insertInto('memberships').values(stray).execute()).rejects.toThrow(/foreign key/i)
      await db.queries
        .deleteFrom('apps')
        .where('id', '=', 'app_1' as AppId)
        .execute()
      expect(await db.queries.selectFrom('memberships').selectAll().execute()).toEqual([])
    })

    test('numbers count up without a gap or a double, also for many at once', async () => {
      const numbers = await Promise.all(
        Array.from({ length: 20 }, () => transaction(db, (tx) => nextNumber(tx, 'phone'))),
      )
      expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    })

    test('texts sort byte by byte on both databases', async () => {
      const names = ['b', 'B', 'a', 'Z', '_', 'é', '10', '9']
      await db.queries
        .insertInto('counters')
        .values(names.map((name) => ({ name, value: 0 })))
        .execute()
      const rows = await db.queries
        .selectFrom('counters')
        .select('name')
        .where('value', '=', 0)
        .orderBy('name')
        .execute()
      expect(rows.map(({ name }) => name)).toEqual(['10', '9', 'B', 'Z', '_', 'a', 'b', 'é'])
    })

    test('pages join without a gap or a double', async () => {
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const request = { limit: 3, cursor }
        const after = positionOf(request, 'string')
        const rows = await db.queries
          .selectFrom('counters')
          .selectAll()
          .where('name', '>', after?.[0] ?? '')
          .orderBy('name')
          .limit(4)
          .execute()
        const page = pageOf(
          rows,
          request,
          (row) => [row.name],
          (row) => row.name,
        )
        seen.push(...page.items)
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
      expect(seen).toEqual([...new Set(seen)])
      expect(seen).toHaveLength(9)
    })
  })
})

test('a cursor that is not one of ours is refused', () => {
  for (const cursor of ['x', Buffer.from('{"a":1}').toString('base64url'), Buffer.from('[1]').toString('base64url')]) {
    expect(() => positionOf({ cursor, limit: 1 }, 'string')).toThrow('The cursor is not valid')
  }
})

test.each([0.5, 1e300, '1', 'a\0'])('a cursor with %j, which no row has, is refused', (value) => {
  const request = { cursor: Buffer.from(JSON.stringify([value])).toString('base64url'), limit: 1 }
  expect(() => positionOf(request, value === 'a\0' ? 'string' : 'number')).toThrow('The cursor is not valid')
})

describe('SQLite', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cordon-sqlite-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('every connection syncs at each commit, checks foreign keys, and waits for locks', async () => {
    const db = openDatabase({ sqlite: join(folder, 'pragma.db') })
    const read = async (name: string) => {
      const { rows } = await sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(db.queries)
      return Object.values(rows[0] ?? {})[0]
    }
    // 2 is FULL.
    expect(await read('synchronous')).toBe(2)
    expect(await read('journal_mode')).toBe('wal')
    expect(await read('foreign_keys')).toBe(1)
    expect(await read('busy_timeout')).toBe(5_000)
    // 2 is memory: nothing of the database goes to temporary files.
    expect(await read('temp_store')).toBe(2)
    // The connection for reads has the same settings, and cannot write.
    const reader = openReader(join(folder, 'pragma.db'))
    const pragma = async (name: string) => {
      const [row] = await reader.prepare<Record<string, unknown>>(`pragma ${name}`)([])
      return Object.values(row ?? {})[0]
    }
    expect(await pragma('synchronous')).toBe(2)
    expect(await pragma('query_only')).toBe(1)
    reader.close()
    await db.close()
  })

  test('a file that cannot be opened fails what is asked of it, and closing still ends', async () => {
    const db = openDatabase({ sqlite: join(folder, 'no', 'such', 'folder.db') })
    await expect(sql`select 1`.execute(db.queries)).rejects.toThrow(/unable to open database file/)
    await expect(transaction(db, (tx) => sql`select 1`.execute(tx))).rejects.toThrow(/unable to open database file/)
    await db.close()
  })

  test('what is asked of a database that is closed fails, whatever was asked before', async () => {
    const db = openDatabase({ sqlite: join(folder, 'closed.db') })
    const read = db.prepareSharedRead(sql`select ${''}`.compile(db.queries))
    expect(await read('a')).toHaveLength(1)
    await db.close()
    await expect(read('b')).rejects.toThrow('the database is closed')
    await expect(db.commitQuietly([async () => []])).rejects.toThrow('the thread of the database has ended')
    await expect(sql`select 1`.execute(db.queries)).rejects.toThrow()
  })

  test('a transaction that cannot begin says why, and the next one can', async () => {
    const path = join(folder, 'locked.db')
    const db = openDatabase({ sqlite: path })
    await sql`create table t (a int)`.execute(db.queries)
    const other = openDurably(path)
    other.exec('begin immediate')
    await sql`pragma busy_timeout = 20`.execute(db.queries)
    await expect(transaction(db, (tx) => sql`insert into t values (1)`.execute(tx))).rejects.toThrow(/locked/)
    other.exec('rollback')
    await transaction(db, (tx) => sql`insert into t values (2)`.execute(tx))
    expect((await sql`select a from t`.execute(db.queries)).rows).toEqual([{ a: 2 }])
    other.close()
    await db.close()
  })

  test('of quiet commits in a row only the one that fails is missing, and those after it are made anew', async () => {
    const db = openDatabase({ sqlite: join(folder, 'row.db') })
    await migrate(db)
    const last = db.createMemory<number>()
    const stored = sql<{ value: number }>`select coalesce(max(value), 0) as value from counters`.compile(db.queries)
    const NAMES: Readonly<Record<number, string>> = { 3: 'the same', 6: 'none' }
    let made = 0
    const put = (name: string) =>
      db.commitQuietly([
        async (run) => {
          made += 1
          if (name === 'none') throw new Error('changed my mind')
          const value = (last.get('value') ?? (await run(stored))[0]?.value ?? 0) + 1
          last.set('value', value)
          return [sql`insert into counters (name, value) values (${name}, ${value})`.compile(db.queries)]
        },
      ])
    const names = Array.from({ length: 40 }, (_, index) => NAMES[index % 8] ?? `row ${index}`)
    const outcomes = await Promise.allSettled(names.map(put))
    const kept = names.filter((_, index) => outcomes[index]?.status === 'fulfilled')
    expect(kept).toEqual([...new Set(names)].filter((name) => name !== 'none'))
    const rows = await db.queries.selectFrom('counters').select(['name', 'value']).orderBy('value').execute()
    // Each went on from the one before it: no number is missing, and none is there twice.
    expect(rows.map(({ value }) => value)).toEqual(kept.map((_, index) => index + 1))
    expect(rows.map(({ name }) => name).sort()).toEqual(kept.toSorted())
    expect(made).toBeGreaterThan(names.length)
    await db.close()
  })

  test('tables are strict: a text does not slip into a number', async () => {
    const db = openDatabase({ sqlite: join(folder, 'strict.db') })
    await migrate(db)
    const row = { name: 'x', value: 'many' as unknown as number }
    await expect(db.queries.insertInto('counters').values(row).execute()).rejects.toThrow(/cannot store TEXT/)
    const { rows } = await sql<{ sql: string }>`select sql from sqlite_master where type = 'table'`.execute(db.queries)
    expect(rows.filter((table) => !/strict$/i.test(table.sql))).toEqual([])
    await db.close()
  })

  test('a data folder is used by one server at a time', () => {
    const path = join(folder, 'cordon.lock')
    const lock = takeInstanceLock(path)
    expect(() => takeInstanceLock(path)).toThrow('Another Cordon server uses this data folder')
    lock.release()
    takeInstanceLock(path).release()
  })
})
