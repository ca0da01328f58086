import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { instant } from '@cordon/core/instant'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { distribution, xarOf } from '../../app-archive/test/make-package.ts'
import { readBuildFile } from '../src/engine/builds/build-file.ts'
import { problemsOfFile } from '../src/engine/builds/checks.ts'
import { deliverBuild } from '../src/engine/builds/upload-build.ts'
import { openStore, type Store } from './store.ts'

let store: Store
beforeAll(async () => {
  store = await openStore()
  await store.simulator.seedTeam(store.teamId, {
    apps: [{ name: 'Tide', bundleId: 'com.acme.tide', versions: [{ versionString: '2.1', platform: 'MAC_OS' }] }],
  })
})
afterAll(() => store.close())

const BUNDLE = '<bundle CFBundleShortVersionString="2.1" CFBundleVersion="210" id="com.acme.tide" path="Tide.app"/>'

function write(name: string, isSigned: boolean): string {
  const path = join(store.folder, name)
  const signature = (xml: string) => (isSigned ? xml.replace('<toc>', '<toc><signature style="RSA"/>') : xml)
  writeFileSync(path, xarOf({ Distribution: distribution(BUNDLE) }, signature))
  return path
}

test('a .pkg is uploaded as a build for the Mac, and what could not be looked at is said', async () => {
  const { build, wish, notes } = await deliverBuild(write('Tide.pkg', true), {}, store.options)
  expect(wish).toMatchObject({ platform: 'MAC_OS', version: '2.1', buildNumber: '210' })
  expect(build).toMatchObject({ state: 'valid', buildNumber: '210' })
  expect(notes).toEqual([expect.stringContaining('its profile and icon were not looked at')])
})

test('one without a signature is refused', async () => {
  const file = await readBuildFile(write('Unsigned.pkg', false))
  const problems = problemsOfFile(file, { platform: undefined, now: instant(0) })
  expect(problems.map(({ code }) => code)).toEqual(['delivery.package_unsigned'])
})

test('a file of another kind is refused by its name', async () => {
  await expect(readBuildFile('/tmp/app.zip')).rejects.toMatchObject({ code: 'delivery.file_kind_unknown' })
})
