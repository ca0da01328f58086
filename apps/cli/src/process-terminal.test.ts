import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const MODULE = pathToFileURL(fileURLToPath(new URL('./process-terminal.ts', import.meta.url))).href
const SAY = `const { processTerminal } = await import(${JSON.stringify(MODULE)}); process.exitCode = processTerminal().isOneLog ? 11 : 22`

const CORDON = fileURLToPath(new URL('../bin/cordon.mjs', import.meta.url))
const FULL = '/dev/full'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-streams-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Exit code of a process whose outputs lead there. */
function say(out: number, err: number): number | null {
  const child = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', SAY], {
    stdio: ['ignore', out, err],
  })
  return child.status
}

test('both outputs in one file are one log, and in two places they are not', () => {
  const log = openSync(join(folder, 'log'), 'a')
  const nowhere = openSync('/dev/null', 'a')
  expect([say(log, log), say(log, nowhere)]).toEqual([11, 22])
})

test('a reader that has gone, such as head, ends nothing', async () => {
  const child = spawn(process.execPath, [CORDON, 'steps', 'info', 'deploy'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  let heard = ''
  child.stderr.on('data', (chunk) => {
    heard += chunk
  })
  const exitCode = await new Promise((resolve) => child.once('close', resolve))
  expect({ exitCode, heard }).toEqual({ exitCode: 0, heard: '' })
})

test.runIf(existsSync(FULL))('a result that cannot be written is told, and makes the command fail', () => {
  const stdio = ['ignore', openSync(FULL, 'w'), 'pipe'] as const
  const { status, stderr } = spawnSync(process.execPath, [CORDON, 'steps', 'list'], { stdio: [...stdio] })
  expect({ status, stderr: String(stderr) }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^error: what this command prints cannot be written: ENOSPC.*\n$/),
  })
})
