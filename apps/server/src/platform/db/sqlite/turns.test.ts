import { beforeEach, expect, test } from 'vitest'
import { createTurns, type Sent, type Turns } from './turns.ts'

let turns: Turns
let entered: string[]
beforeEach(() => {
  turns = createTurns()
  entered = []
})

const ask = (kind: 'quiet' | 'alone', name: string) => void turns.acquire(kind).then(() => entered.push(name))
const settled = () => new Promise(setImmediate)

async function sendQuiet(): Promise<Sent> {
  await turns.acquire('quiet')
  const sent = turns.send()
  if (sent === undefined) throw new Error('not sent')
  return sent
}

test('one at a time, in order of arrival', async () => {
  await turns.acquire('alone')
  ask('alone', 'first')
  ask('quiet', 'second')
  await settled()
  expect(entered).toEqual([])
  turns.release()
  await settled()
  expect(entered).toEqual(['first'])
  turns.release()
  await settled()
  expect(entered).toEqual(['first', 'second'])
})

test('quiet ones go while others are on their way, up to four; anybody else waits until all have arrived', async () => {
  const sent = [await sendQuiet(), await sendQuiet(), await sendQuiet()]
  expect(sent.map(({ follows }) => follows)).toEqual([false, true, true])
  sent.push(await sendQuiet())
  ask('quiet', 'fifth')
  ask('alone', 'alone')
  ask('quiet', 'after it')
  await settled()
  expect(entered).toEqual([])
  sent[0]?.arrived(false)
  await settled()
  expect(entered).toEqual(['fifth'])
  const fifth = turns.send()
  for (const one of [...sent.slice(1), fifth]) one?.arrived(false)
  await settled()
  expect(entered).toEqual(['fifth', 'alone'])
  turns.release()
  await settled()
  expect(entered).toEqual(['fifth', 'alone', 'after it'])
})

test('after a failure nothing is sent, and nobody has a turn, until all have arrived', async () => {
  const [first, second] = [await sendQuiet(), await sendQuiet()]
  await turns.acquire('quiet')
  first.arrived(true)
  expect(turns.send()).toBeUndefined()
  ask('quiet', 'next')
  await settled()
  expect(entered).toEqual([])
  second.arrived(true)
  await settled()
  expect(entered).toEqual(['next'])
  expect(turns.send()).toMatchObject({ follows: false })
})

test('who has the turn while the last one on its way fails may not send: it rests on what is not there', async () => {
  const first = await sendQuiet()
  await turns.acquire('quiet')
  first.arrived(true)
  expect(turns.send()).toBeUndefined()
  expect(await sendQuiet()).toMatchObject({ follows: false })
})

test('who fails before anything is sent keeps the next from going on from what is not known to be there', async () => {
  const first = await sendQuiet()
  await turns.acquire('quiet')
  turns.release(true)
  ask('quiet', 'next')
  await settled()
  expect(entered).toEqual([])
  first.arrived(false)
  await settled()
  expect(entered).toEqual(['next'])
})

test('whoever waits for the database inside of a transaction of its own is told so, and holds up nobody', async () => {
  turns = createTurns(20)
  const sent = await sendQuiet()
  await expect(turns.acquire('alone')).rejects.toThrow('inside a transaction use the transaction')
  ask('quiet', 'next')
  await settled()
  expect(entered).toEqual(['next'])
  turns.release()
  sent.arrived(false)
  await expect(turns.acquire('alone')).resolves.toBeUndefined()
})
