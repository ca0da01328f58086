import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../database.ts'
import { openDurably } from './file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-dialect-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('what a memory held when it was emptied is read from the disk, also with reads meanwhile', async () => {
  const path = join(folder, 'meanwhile.db')
  const db = openDatabase({ sqlite: path })
  await sql`create table t (value int)`.execute(db.queries)
  const stored = sql<{ value: number }>`select value from t`.compile(db.queries)
  const shared = db.prepareSharedRead<{ value: number }>(
    sql<{ value: number }>`select value from t where value > ${''}`.compile(db.queries),
  )
  const last = db.createMemory<number>()
  // The disk is held, so that the first commit is still on its way when the second one cannot be made and memories are emptied.
  const disk = openDurably(path)
  disk.exec('begin immediate')
  let send = () => {}
  const sent = new Promise<void>((resolve) => {
    send = resolve
  })
  const insert = async () => {
    last.set('value', 1)
    return [sql`insert into t values (1)`.compile(db.queries)]
  }
  const written = db.commitQuietly([insert], send)
  await sent
  const cannotBeMade = async () => {
    throw new Error('changed my mind')
  }
  await expect(db.commitQuietly([cannotBeMade])).rejects.toThrow('changed my mind')
  expect(last.get('value')).toBe(undefined)
  expect(await shared('0')).toEqual([])
  disk.exec('rollback')
  await written
  let found: readonly { value: number }[] = []
  await db.commitQuietly([
    async (run) => {
      found = await run(stored)
      return []
    },
  ])
  expect(found).toEqual([{ value: 1 }])
  disk.close()
  await db.close()
})

test('a log that grew while somebody else read the file gives the disk back', async () => {
  const path = join(folder, 'log.db')
  const db = openDatabase({ sqlite: path })
  await sql`create table t (bytes blob)`.execute(db.queries)
  const put = (mb: number) => sql`insert into t values (zeroblob(${mb * 1024 * 1024}))`.execute(db.queries)
  const logMb = async () => (await stat(`${path}-wal`)).size / 1024 / 1024
  await put(1)
  const other = openDurably(path)
  other.exec('begin')
  other.prepare('select count(*) from t').all()
  for (let round = 0; round < 5; round += 1) await put(16)
  expect(await logMb()).toBeGreaterThan(80)
  other.exec('commit')
  other.close()
  // The first brings the log into the file, the second begins it anew.
  await put(1)
  await put(1)
  expect(await logMb()).toBeLessThanOrEqual(64)
  await db.close()
})
