import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bundleProgram } from './bundle-program.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-writing-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a picture of which the disk takes a part at a time is whole, or not there', async () => {
  const program = await bundleProgram(new URL('fetch-process.ts', import.meta.url), folder)
  const fetchWith = async (limit: string) => {
    const into = join(folder, limit)
    mkdirSync(into)
    // At the limit the system writes what fits and says how much that was; only the next write fails.
    const script = 'ulimit -f "$1"; exec "$2" "$3" "$4"'
    const ran = await promisify(execFile)('sh', ['-c', script, 'sh', limit, process.execPath, program, into])
    return {
      said: ran.stdout,
      files: readdirSync(into).map((name) => [name, statSync(join(into, name)).size > 2 ** 20]),
    }
  }
  expect(await fetchWith('unlimited')).toEqual({ said: 'placed', files: [['a.png', true]] })
  expect(await fetchWith('256')).toEqual({ said: 'failed', files: [] })
})
