import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const LIMIT_MS = 600_000

function demo(...args: readonly string[]) {
  const tsx = join(root, 'node_modules/tsx/dist/cli.mjs')
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [tsx, join(root, 'scripts/demo.ts'), '--once', ...args],
    {
      encoding: 'utf8',
      cwd: root,
    },
  )
  return { status, output: stdout + stderr }
}

test(
  'the demo does the main job and shows no secret',
  () => {
    const { status, output } = demo()
    expect(output).toContain('16 chapters, each did what it says')
    expect(status, output.slice(-2_000)).toBe(0)
    expect(output).toContain('"Crew" can install com.example.tidepool 1.4 (1) and reads: Look whether the tide')
    expect(output).toMatch(/\n {3}\d+ requests to Apple, \d+ of them writes\n/)
    expect(output).not.toMatch(/PRIVATE KEY|cdn_(pat|bld|set)_|#token=\w|myacinfo/)
  },
  LIMIT_MS,
)

test(
  'the demo ends with code 1 when a step does not do what it says',
  () => {
    const { status, output } = demo('--scheme', 'Nowhere')
    expect(status).toBe(1)
    expect(output).toContain('The demo failed')
    expect(output).toContain('xcode.scheme_not_found')
  },
  LIMIT_MS,
)
