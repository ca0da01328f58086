import { mkdtemp, rm } from 'node:fs/promises'
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
