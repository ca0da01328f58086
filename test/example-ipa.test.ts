import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { instant } from '@cordon/core/instant'
import { readBuildFile } from '@cordon/delivery/engine/builds/build-file'
import { problemsOfFile } from '@cordon/delivery/engine/builds/checks'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { makeExampleIpa } from '../scripts/example-ipa/run.ts'

// With a profile as Apple gives it, it is shipped in the walk through the guide and in the demo.

let folder: string
let said = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-example-'))
  said = ''
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      said += String(text)
      return true
    })
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

test('the example is an app that lacks nothing but a profile', async () => {
  const out = join(folder, 'Tidepool.ipa')
  expect(await makeExampleIpa(['--out', out, '--build-number', '28'])).toBe(0)
  expect(said).toContain('com.example.tidepool 1.4 (28)')
  expect(said).toContain('profile: none, and deploy will say so')
  const file = await readBuildFile(out)
  expect(file).toMatchObject({ bundleId: 'com.example.tidepool', version: '1.4', buildNumber: '28', platform: 'IOS' })
  const problems = problemsOfFile(file, { platform: 'IOS', now: instant(Date.now()) })
  expect(problems.map(({ code }) => code)).toEqual(['delivery.profile_missing'])
})

test.each([
  ['a build number that is none', ['--build-number', 'next'], '--build-number must be one to three numbers'],
  ['another kind of file', ['--out', 'Tidepool.zip'], '--out must end with .ipa'],
  ['an option that there is not', ['--oot', 'a.ipa'], 'usage: npm run example:ipa'],
  ['a profile that is not there', ['--profile', 'nowhere'], 'there is no file or folder'],
  [
    'a folder without a profile for it',
    ['--profile', '.'],
    'auto-provision with --distribution-type app-store makes it',
  ],
])('%s is refused, and no file is written', async (_what, args, why) => {
  const out = join(folder, 'Tidepool.ipa')
  expect(await makeExampleIpa(['--out', out, ...args])).toBe(1)
  expect(said).toContain(why)
  expect(existsSync(out)).toBe(false)
})
