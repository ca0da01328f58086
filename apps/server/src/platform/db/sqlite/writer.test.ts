import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWriter, type SqliteWriter } from './writer.ts'

let folder: string
let writer: SqliteWriter
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-writer-'))
  writer = openWriter(join(folder, 'writer.db'))
  await writer.run(change('create table numbers (number integer unique) strict'))
})
afterEach(async () => {
  await writer.close()
  await rm(folder, { recursive: true })
})

const change = (sql: string, ...parameters: unknown[]) => ({ sql, parameters, onlyChanges: true })
const put = (number: unknown) => change('insert into numbers values (?)', number)
const numbers = async () =>
  (await writer.run({ sql: 'select number from numbers', parameters: [], onlyChanges: false })) as unknown

/** Keeps the thread busy, so that it finds together what is given next. */
const keepBusy = () =>
  writer.run({
    sql: 'with recursive n (n) as (select 1 union all select n + 1 from n where n < 500000) select count(*) from n',
    parameters: [],
    onlyChanges: false,
  })

test('what follows commits that were written together is written, also when one before them had failed', async () => {
  await expect(writer.commit([put('no number')], false)).rejects.toThrow(/cannot store TEXT/)
  const busy = keepBusy()
  await Promise.all([busy, writer.commit([put(1)], false), writer.commit([put(2)], true)])
  await writer.commit([put(3)], true)
  expect(await numbers()).toEqual({ rows: [{ number: 1 }, { number: 2 }, { number: 3 }] })
})

test('what is given before it is closed is carried out, and what is given after fails', async () => {
  const before = [keepBusy(), writer.commit([put(1)], false)]
  const closed = writer.close()
  const after = [writer.commit([put(2)], true), writer.run(put(3))]
  await Promise.all([...before, closed])
  for (const late of after) await expect(late).rejects.toThrow('the thread of the database has ended')
})

test('a parameter that cannot be sent fails its statement, and nobody gets the answer of another', async () => {
  const cannotBeSent = () => {}
  const outcomes = await Promise.allSettled([
    writer.commit([put(cannotBeSent)], false),
    writer.commit([put(1)], false),
    writer.run(put(cannotBeSent)),
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected'])
  expect(await numbers()).toEqual({ rows: [{ number: 1 }] })
})
