import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { EC, makeIdentity, scratchFolder } from '../test/openssl.ts'
import { profileFields, profilePlist } from '../test/profiles.ts'
import { installProfile, listInstalledProfiles, profileFolders } from './profile-folder.ts'

const folder = scratchFolder()
const { certificateDer } = makeIdentity(folder, 'certificate', { newKey: EC })
const bytesOf = (changes: Record<string, unknown> = {}) =>
  Buffer.from(profilePlist(profileFields([certificateDer], changes)))

let homes = 0
async function newHome(): Promise<string> {
  const home = join(folder, `home-${homes++}`)
  await mkdir(home)
  return home
}

test('a profile lands in the folder of Xcode 16 and in the one before, named by its UUID, for its owner alone', async () => {
  const home = await newHome()
  const paths = await installProfile(bytesOf(), home)
  const name = '0f3c1d3e-1111-4222-8333-abcdefabcdef.mobileprovision'
  expect(paths).toEqual([
    join(home, 'Library/Developer/Xcode/UserData/Provisioning Profiles', name),
    join(home, 'Library/MobileDevice/Provisioning Profiles', name),
  ])
  for (const path of paths) {
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readFile(path)).toEqual(bytesOf())
  }
})

test('a profile for macOS gets the other extension', async () => {
  const mac = { Platform: ['OSX'], Entitlements: { 'com.apple.application-identifier': 'ABCDE12345.com.example.mac' } }
  const [path] = await installProfile(bytesOf(mac), await newHome())
  expect(path).toMatch(/\.provisionprofile$/)
})

test('installing again replaces the file, and narrows it to its owner', async () => {
  const home = await newHome()
  const [path = ''] = await installProfile(bytesOf(), home)
  await writeFile(path, 'old', { mode: 0o644 })
  await installProfile(bytesOf({ Name: 'newer' }), home)
  expect(await readFile(path)).toEqual(bytesOf({ Name: 'newer' }))
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('what is no profile is not installed, and nothing is left behind', async () => {
  const home = await newHome()
  await expect(installProfile(Buffer.from('junk'), home)).rejects.toEqual(
    expect.objectContaining({ code: 'signing.not_a_profile' }),
  )
  expect(await listInstalledProfiles(home)).toEqual({ profiles: [], unreadable: [] })
})

test('installed profiles of both folders are listed, unreadable ones apart, other files not at all', async () => {
  const home = await newHome()
  const [current, before] = profileFolders(home)
  await installProfile(bytesOf(), home)
  await writeFile(join(before, 'broken.mobileprovision'), 'junk')
  await writeFile(join(current, '.DS_Store'), 'junk')
  const { profiles, unreadable } = await listInstalledProfiles(home)
  expect(profiles.map(({ path }) => path.startsWith(current))).toEqual([true, false])
  expect(profiles.map(({ profile }) => profile.name)).toEqual(['Example App Store', 'Example App Store'])
  expect(unreadable.map(({ path, error }) => [path, error.code])).toEqual([
    [join(before, 'broken.mobileprovision'), 'signing.not_a_profile'],
  ])
})
