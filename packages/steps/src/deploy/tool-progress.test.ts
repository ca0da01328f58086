import { spawnRunner } from '@cordon/signing/keychain/spawn-runner'
import { beforeEach, expect, test } from 'vitest'
import type { StepContext } from '../step.ts'
import { createToolProgress } from './tool-progress.ts'

let said: string[]
let shown: (string | undefined)[]
beforeEach(() => {
  said = []
  shown = []
})

const contextWith = (more: Partial<StepContext> = {}) =>
  ({ clock: { now: () => 0 }, log: (line: string) => said.push(line), ...more }) as unknown as StepContext

const line = (bytes: number, total: number) =>
  `[2026-11-28 10:00:00 UTC] <main>  INFO:      File: 4c251723.ipa ${bytes}/${total}, ${Math.floor((bytes / total) * 100)}% completed\n`

const MEGABYTE = 1_000_000
const everyPercent = Array.from({ length: 100 }, (_, index) => line((index + 1) * MEGABYTE, 100 * MEGABYTE)).join('')

test('what Transporter tells each moment becomes some ten lines, and nothing else of what it prints is shown', () => {
  const hear = createToolProgress(contextWith())
  hear('DBG-X:   parameter Password = hidden\nINFO:      File: metadata.xml 431/431, 100% completed\n')
  hear(everyPercent)
  hear(line(100 * MEGABYTE, 100 * MEGABYTE))
  expect(said).toHaveLength(10)
  for (const told of said) expect(told).toMatch(/^sent .*100 MB/)
  expect(said.join('\n')).not.toMatch(/hidden|metadata|<main>/)
})

test('a line that comes in pieces counts once it is whole, also with carriage returns', () => {
  const hear = createToolProgress(contextWith())
  const [first = '', second = ''] = [line(MEGABYTE, 4 * MEGABYTE).slice(0, 60), line(MEGABYTE, 4 * MEGABYTE).slice(60)]
  hear(first)
  expect(said).toEqual([])
  hear(second.replace('\n', '\r'))
  expect(said).toHaveLength(1)
})

test('a terminal gets one line that changes in place', () => {
  const hear = createToolProgress(contextWith({ status: (one) => shown.push(one) }))
  hear(everyPercent)
  expect(said).toEqual([])
  expect(shown).toHaveLength(101)
  expect(shown.at(-1)).toBeUndefined()
})

test.each(['Running altool at path\nUPLOAD SUCCEEDED with no errors\n', 'a'.repeat(50_000), line(5, 4), line(0, 0)])(
  'what tells no progress leads to no line',
  (text) => {
    createToolProgress(contextWith())(text)
    expect(said).toEqual([])
  },
)

test('a real program is heard while it runs', async () => {
  const hear = createToolProgress(contextWith())
  const heard: number[] = []
  const program = `
    const say = (n) => process.stdout.write('INFO: File: 1.ipa ' + n + '/4, ' + n * 25 + '% completed\\n')
    say(1)
    process.stdin.once('close', () => { say(4); process.stderr.write('é\\n') }).resume()`
  const { stdout, stderr, exitCode } = await spawnRunner(process.execPath, ['-e', program], {
    onOutput: (piece) => {
      hear(piece)
      heard.push(said.length)
    },
  })
  expect([exitCode, stderr]).toEqual([0, 'é\n'])
  expect(stdout.match(/completed/g)).toHaveLength(2)
  expect(said).toHaveLength(2)
  expect(heard.length).toBeGreaterThan(0)
})
