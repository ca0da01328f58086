import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readInstallerPackage } from '../src/installer-package.ts'
import { scratchFolder } from './make-archive.ts'
import { distribution, xarOf } from './make-package.ts'

const folder = scratchFolder()
let files = 0
function write(bytes: Buffer): string {
  const path = join(folder, `${files++}.pkg`)
  writeFileSync(path, bytes)
  return path
}

const APP = '<bundle CFBundleShortVersionString="2.1" CFBundleVersion="210" id="com.acme.tide" path="Tide.app"/>'
const HELPER = '<bundle CFBundleVersion="1" id="com.acme.tide.x" path="Tide.app/Contents/PlugIns/X.appex"/>'
const INFO = `<pkg-info identifier="com.acme.tide">${APP}${HELPER}</pkg-info>`

test('a product archive tells bundle ID, version and build number of its app', async () => {
  const bytes = xarOf({ Distribution: distribution(APP + HELPER), 'com.acme.tide.pkg/PackageInfo': INFO }, (xml) =>
    xml.replace('<toc>', '<toc><signature style="RSA"/>'),
  )
  const path = write(bytes)
  expect(await readInstallerPackage(path)).toEqual({
    path,
    bytes: bytes.length,
    bundleId: 'com.acme.tide',
    version: '2.1',
    buildNumber: '210',
    isSigned: true,
  })
})

test('a component package alone does too, and is seen to be unsigned', async () => {
  expect(await readInstallerPackage(write(xarOf({ PackageInfo: INFO })))).toMatchObject({
    buildNumber: '210',
    isSigned: false,
  })
})

const two = `${APP}${APP.replaceAll('tide', 'other')}`
const refusals: readonly (readonly [string, () => Buffer, string])[] = [
  ['no xar', () => Buffer.from('PK and more than twenty-eight bytes of something'), 'app_archive.not_a_package'],
  ['an empty file', () => Buffer.alloc(0), 'app_archive.not_a_package'],
  ['a package without an app', () => xarOf({ Distribution: distribution(HELPER) }), 'app_archive.no_app'],
  ['two apps', () => xarOf({ Distribution: distribution(two) }), 'app_archive.no_app'],
  ['a cut package', () => xarOf({ PackageInfo: INFO }).subarray(0, 120), 'app_archive.malformed'],
  ['entities', () => xarOf({ PackageInfo: `<!DOCTYPE x [<!ENTITY a "b">]>${INFO}` }), 'app_archive.malformed'],
  ['a bomb', () => xarOf({ PackageInfo: INFO }, (xml) => xml.replace(/<size>\d+/, '<size>9')), 'app_archive.malformed'],
  [
    'a place behind the end',
    () => xarOf({ PackageInfo: INFO }, (xml) => xml.replace(/<offset>\d+/, '<offset>999999')),
    'app_archive.malformed',
  ],
  [
    'a file larger than any of its kind',
    () => xarOf({ PackageInfo: INFO }, (xml) => xml.replace(/<size>\d+/, '<size>99999999')),
    'app_archive.too_large',
  ],
]

test.each(refusals)('refused: %s', async (_, bytes, code) => {
  await expect(readInstallerPackage(write(bytes()))).rejects.toMatchObject({ code })
})
