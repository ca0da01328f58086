import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const OPENS_BOTH = `
  import { openDurably } from './file.ts'
  import { openWriter } from './writer.ts'
  openDurably(':memory:').close()
  const writer = openWriter(':memory:')
  console.log(JSON.stringify(await writer.run({ sql: 'select 1 as a', parameters: [], onlyChanges: false })))
  await writer.close()
`

// Node 22 warns of its SQLite when it is loaded, on every thread.
test('a process that opens a database is not warned of its engine', () => {
  const args = ['--import', 'tsx', '--input-type=module', '--eval', OPENS_BOTH]
  const cwd = fileURLToPath(new URL('.', import.meta.url))
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' })
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '{"rows":[{"a":1}]}\n', stderr: '' })
})
