import { spawnSync } from 'node:child_process'
import { mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const MODULE = pathToFileURL(fileURLToPath(new URL('./process-terminal.ts', import.meta.url))).href
const SAY = `const { processTerminal } = await import(${JSON.stringify(MODULE)}); process.exitCode = processTerminal().isOneLog ? 11 : 22`

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
