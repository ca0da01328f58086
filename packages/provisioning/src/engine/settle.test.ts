import { expect, test } from 'vitest'
import { provisioningErrors } from './errors.ts'
import { runBounded, settle } from './settle.ts'

const unknown = () => provisioningErrors.effect_unknown({ subject: 'thing' })
const exists = () => provisioningErrors.already_exists({ subject: 'thing' })
const absent = () => provisioningErrors.not_found({ subject: 'thing' })

/** Plays the answers of attempts and of reads in order, and keeps what was asked. */
function script(attempts: readonly (string | Error)[], reads: readonly (string | undefined)[]) {
  const asked: string[] = []
  const left = { attempts: [...attempts], reads: [...reads] }
  return {
    asked,
    attempt: async () => {
      asked.push('write')
      const answer = left.attempts.shift()
      if (answer === undefined || answer instanceof Error) throw answer
      return answer
    },
    find: async () => {
      asked.push('read')
      return left.reads.shift()
    },
  }
}

const sleeper = () => {
  const waits: number[] = []
  return { waits, sleep: async (ms: number) => void waits.push(ms) }
}

test('an attempt that had its effect behind an error is not repeated', async () => {
  const write = script([unknown()], ['made'])
  await expect(settle(write, sleeper().sleep)).resolves.toBe('made')
  expect(write.asked).toEqual(['write', 'read'])
})

test('an attempt without effect is repeated after a look and a wait', async () => {
  const write = script([unknown(), 'made'], [undefined])
  const { waits, sleep } = sleeper()
  await expect(settle(write, sleep)).resolves.toBe('made')
  expect(write.asked).toEqual(['write', 'read', 'write'])
  expect(waits).toEqual([1_000])
})

test('"already exists" after a repeated attempt is success', async () => {
  const write = script([unknown(), exists()], [undefined, 'made'])
  await expect(settle(write, sleeper().sleep)).resolves.toBe('made')
})

test('what exists but is not visible yet is waited for', async () => {
  const write = script([exists()], [undefined, undefined, 'made'])
  const { waits, sleep } = sleeper()
  await expect(settle(write, sleep)).resolves.toBe('made')
  expect(waits).toEqual([1_000, 2_000])
})

test('what exists for others only is the error that Apple gave', async () => {
  const write = script([exists()], [])
  await expect(settle(write, sleeper().sleep)).rejects.toMatchObject({ code: 'provisioning.already_exists' })
})

test('a part that Apple does not see yet is waited for, but not forever', async () => {
  const write = script([absent(), absent(), absent(), absent()], [])
  const { waits, sleep } = sleeper()
  await expect(settle(write, sleep)).rejects.toMatchObject({ code: 'provisioning.not_found' })
  expect(waits).toEqual([1_000, 2_000, 4_000])
})

test('any other refusal is final', async () => {
  const write = script([new Error('no')], [])
  await expect(settle(write, sleeper().sleep)).rejects.toThrow('no')
  expect(write.asked).toEqual(['write'])
})

test('results keep the order of their tasks, and no more run at once than allowed', async () => {
  let running = 0
  let most = 0
  const task = (value: number) => async () => {
    running += 1
    most = Math.max(most, running)
    for (let turn = 0; turn <= 5 - value; turn += 1) await Promise.resolve()
    running -= 1
    return value
  }
  await expect(runBounded([1, 2, 3, 4, 5].map(task), 2)).resolves.toEqual([1, 2, 3, 4, 5])
  expect(most).toBe(2)
})

test('after a failure nothing new starts, and what runs is awaited', async () => {
  const ended: number[] = []
  const tasks = [1, 2, 3, 4].map((value) => async () => {
    await Promise.resolve()
    if (value === 1) throw new Error('first')
    await Promise.resolve()
    ended.push(value)
  })
  await expect(runBounded(tasks, 2)).rejects.toThrow('first')
  expect(ended).toEqual([2])
})
