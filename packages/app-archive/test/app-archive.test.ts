import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildBinary } from 'plist'
import { describe, expect, it } from 'vitest'
import { withAppArchive } from '../src/app-archive.ts'
import { infoPlist, type Pieces, scratchFolder, writeZip, zipOf } from './make-archive.ts'

const folder = scratchFolder()
const APP = 'Payload/Tidepool.app'

/** An app with everything that can lie in one. */
const FULL: Pieces = {
  [`${APP}/Info.plist`]: infoPlist('com.example.tidepool', { CFBundleDisplayName: 'Tide Pool' }),
  [`${APP}/Tidepool`]: { content: 'program', mode: 0o100755 },
  [`${APP}/embedded.mobileprovision`]: 'the app’s profile',
  [`${APP}/PlugIns/Widgets.appex/Info.plist`]: Buffer.from(
    buildBinary({ CFBundleIdentifier: 'com.example.tidepool.widgets', CFBundleVersion: '27' }),
  ),
  [`${APP}/PlugIns/Widgets.appex/embedded.mobileprovision`]: 'the widget’s profile',
  [`${APP}/Extensions/Kit.appex/Info.plist`]: infoPlist('com.example.tidepool.kit'),
  [`${APP}/AppClips/Clip.app/Info.plist`]: infoPlist('com.example.tidepool.Clip'),
  [`${APP}/Watch/Watch.app/Info.plist`]: infoPlist('com.example.tidepool.watchkitapp', {
    CFBundleSupportedPlatforms: ['WatchOS'],
    MinimumOSVersion: '9.0',
  }),
  [`${APP}/Watch/Watch.app/PlugIns/Ext.appex/Info.plist`]: infoPlist('com.example.tidepool.watchkitapp.ext'),
  [`${APP}/Frameworks/Core.framework/Info.plist`]: infoPlist('com.example.Core'),
  [`${APP}/Frameworks/Bare.framework/Bare`]: 'no Info.plist',
  [`${APP}/PlugIns/AppTests.xctest/AppTests`]: 'tests of a build for testing',
  [`${APP}/Assets.bundle/Info.plist`]: infoPlist('com.example.assets'),
  'SwiftSupport/iphoneos/libswiftCore.dylib': 'x',
}

describe('an app archive', () => {
  it('tells the app, its profile and all bundles in it, without being unpacked', async () => {
    const path = await writeZip(folder, 'full.ipa', FULL)
    const seen = await withAppArchive(path, async (archive) => archive)
    expect(seen.app).toMatchObject({
      kind: 'app',
      path: APP,
      bundleId: 'com.example.tidepool',
      version: '1.4',
      buildNumber: '27',
      name: 'Tide Pool',
      executable: 'Tidepool',
      platform: 'iOS',
      minimumOs: '16.0',
    })
    expect(Buffer.from(seen.app.profile ?? []).toString()).toBe('the app’s profile')
    expect(seen.bundles.map(({ kind, bundleId, parent }) => [kind, bundleId, parent])).toEqual([
      ['app', 'com.example.tidepool', undefined],
      ['app-clip', 'com.example.tidepool.Clip', APP],
      ['extension', 'com.example.tidepool.kit', APP],
      ['framework', 'com.example.Core', APP],
      ['extension', 'com.example.tidepool.widgets', APP],
      ['watch-app', 'com.example.tidepool.watchkitapp', APP],
      ['extension', 'com.example.tidepool.watchkitapp.ext', `${APP}/Watch/Watch.app`],
    ])
    expect(seen.bundles.find(({ kind }) => kind === 'watch-app')).toMatchObject({
      platform: 'watchOS',
      minimumOs: '9.0',
      profile: undefined,
    })
    expect(seen.bytes).toBe(readFileSync(path).length)
  })

  it('may be a zip with an app of the Mac at its top', async () => {
    const path = await writeZip(folder, 'mac.zip', {
      'Tide.app/Contents/Info.plist': infoPlist('com.example.tide', {
        CFBundleSupportedPlatforms: ['MacOSX'],
        MinimumOSVersion: undefined,
        LSMinimumSystemVersion: '13.0',
      }),
      'Tide.app/Contents/embedded.provisionprofile': 'profile',
      'Tide.app/Contents/XPCServices/Helper.xpc/Contents/Info.plist': infoPlist('com.example.tide.helper'),
    })
    const { app, bundles } = await withAppArchive(path, async (archive) => archive)
    expect(app).toMatchObject({ platform: 'macOS', minimumOs: '13.0' })
    expect(Buffer.from(app.profile ?? []).toString()).toBe('profile')
    expect(bundles[1]).toMatchObject({ kind: 'xpc-service', bundleId: 'com.example.tide.helper' })
  })

  it('keeps names that are UTF-8 without the flag that says so', async () => {
    const bytes = await zipOf({ 'Payload/Größe.app/Info.plist': infoPlist('a.b') })
    // Bit 11 of the flags, in the local header and in the directory.
    bytes.writeUInt16LE(bytes.readUInt16LE(6) & ~0x800, 6)
    const directory = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]))
    bytes.writeUInt16LE(bytes.readUInt16LE(directory + 8) & ~0x800, directory + 8)
    const path = join(folder, 'umlaut.ipa')
    writeFileSync(path, bytes)
    expect((await withAppArchive(path, async ({ app }) => app)).path).toBe('Payload/Größe.app')
  })
})

const wrong = (code: string) => expect.objectContaining({ code: `app_archive.${code}` })
const read = (path: string) => withAppArchive(path, async ({ app }) => app)

describe('is refused with the reason:', () => {
  it.each<[string, Pieces, string]>([
    ['an archive without an app', { 'README.md': 'x' }, 'no_app'],
    ['an empty archive', {}, 'no_app'],
    [
      'an archive with two apps',
      { 'Payload/A.app/Info.plist': infoPlist('a'), 'Payload/B.app/Info.plist': infoPlist('b') },
      'no_app',
    ],
    ['an app without Info.plist', { 'Payload/A.app/A': 'x' }, 'info_plist_invalid'],
    ['a broken Info.plist', { 'Payload/A.app/Info.plist': '<plist><dict>' }, 'info_plist_invalid'],
    ['a broken binary Info.plist', { 'Payload/A.app/Info.plist': 'bplist00xxxxxxxx' }, 'info_plist_invalid'],
    [
      'an Info.plist that is a list',
      { 'Payload/A.app/Info.plist': '<plist version="1.0"><array/></plist>' },
      'info_plist_invalid',
    ],
    [
      'an Info.plist with entities of its own',
      {
        'Payload/A.app/Info.plist':
          '<!DOCTYPE p [<!ENTITY a "aaaa">]><plist><dict><key>CFBundleIdentifier</key><string>&a;</string></dict></plist>',
      },
      'info_plist_invalid',
    ],
    [
      'an Info.plist nested without end',
      {
        'Payload/A.app/Info.plist': `<plist>${'<array>'.repeat(5_000)}${'</array>'.repeat(5_000)}</plist>`,
      },
      'info_plist_invalid',
    ],
    [
      'an Info.plist without bundle ID',
      { 'Payload/A.app/Info.plist': infoPlist('a', { CFBundleIdentifier: undefined }) },
      'info_plist_invalid',
    ],
    [
      'an Info.plist that is a symlink',
      { 'Payload/A.app/Info.plist': { content: '/etc/passwd', mode: 0o120777 } },
      'info_plist_invalid',
    ],
    [
      'an extension without Info.plist',
      { 'Payload/A.app/Info.plist': infoPlist('a'), 'Payload/A.app/PlugIns/E.appex/E': 'x' },
      'info_plist_invalid',
    ],
    [
      'an Info.plist that unpacks to more than it may',
      { 'Payload/A.app/Info.plist': Buffer.alloc(64 * 1024 * 1024) },
      'too_large',
    ],
  ])('%s', async (name, pieces, code) => {
    await expect(read(await writeZip(folder, `${name}.ipa`, pieces))).rejects.toEqual(wrong(code))
  })

  it('a path that names nothing, and one that names a folder', async () => {
    await expect(read(join(folder, 'none.ipa'))).rejects.toEqual(wrong('not_found'))
    await expect(read(folder)).rejects.toEqual(wrong('unreadable'))
  })
})
