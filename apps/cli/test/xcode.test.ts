import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk } from './desk.ts'

const EXAMPLE = fileURLToPath(new URL('../../../examples/tidepool', import.meta.url))

let desk: Desk
beforeEach(() => {
  desk = openDesk()
  cpSync(EXAMPLE, join(desk.folder, 'tidepool'), { recursive: true })
})
afterEach(() => desk.close())

test('xcode inspect shows every signed target in aligned columns, and file and line of each value', async () => {
  const { exitCode, stdout, stderr } = await desk.run('xcode inspect tidepool')
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout).toContain('project Tidepool, scheme "Tidepool" (shared), configuration Release\n')
  const [head = '', ...rows] = stdout.split('\n\n')[1]?.split('\n') ?? []
  expect(head).toMatch(/^TARGET +PRODUCT TYPE +PLATFORM +BUNDLE ID +TEAM +ENTITLEMENTS$/)
  expect(rows.map((row) => row.slice(head.indexOf('BUNDLE ID')).split(' ')[0])).toEqual([
    'com.example.tidepool',
    'com.example.tidepool.widgets',
    'com.example.tidepool.notifications',
    'com.example.tidepool.watchkitapp',
  ])
  expect(stdout).toContain('Config/Tidepool.xcconfig:2  BUNDLE_ID_PREFIX = com.example.tidepool\n')
  expect(stdout).toContain('project.pbxproj:490  CODE_SIGN_ENTITLEMENTS = Tidepool/Tidepool.entitlements\n')
})

test('xcode inspect takes settings that win over files, and says where they come from', async () => {
  const ran = await desk.run('xcode inspect tidepool --setting BUNDLE_ID_PREFIX=org.other --setting A=b --json')
  const { targets } = ran.json<{ targets: { bundleId: { value: string; origins: { layer: string }[] } }[] }>()
  expect(targets[1]?.bundleId.value).toBe('org.other.widgets')
  expect(targets[1]?.bundleId.origins.map(({ layer }) => layer)).toEqual(['target', 'override'])
})

test('xcode inspect says why a value is not known and never guesses it', async () => {
  rmSync(join(desk.folder, 'tidepool/Config/Tidepool.xcconfig'))
  const { exitCode, stdout } = await desk.run('xcode inspect tidepool')
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/bundle ID +not known: .*Tidepool\.xcconfig could not be read\n/)
})

test.each([
  ['xcode inspect nowhere', 5, 'xcode.not_found'],
  ['xcode inspect tidepool --scheme Other', 5, 'xcode.scheme_not_found'],
  ['xcode inspect tidepool --configuration Other', 5, 'xcode.configuration_not_found'],
  ['xcode inspect tidepool --setting WRONG', 3, 'step.input_invalid'],
])('%s exits with %i and %s', async (command, exitCode, code) => {
  const ran = await desk.run(command)
  expect(ran.stderr).toContain(`code: ${code}`)
  expect(ran.exitCode).toBe(exitCode)
})
