import { randomBytes } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../src/simulator.ts'
import {
  askForProfile,
  type Client,
  clientFor,
  newBundleId,
  newCertificate,
  newDevice,
  startWithTeam,
} from './client.ts'
import { bundleFiles, type IpaWish, ipaOf, plistOf, zipOf } from './store-ipa.ts'
import { stateOf, type UploadWish, uploadFile } from './upload.ts'

const APP = 'Payload/Acme.app'
const WIDGET = `${APP}/PlugIns/Widget.appex`
let simulator: Simulator
let client: Client
let teamId: string
let app: string
let certificate: string
let profile: Buffer
let nextNumber = 8

beforeAll(async () => {
  ;({ simulator, client, teamId } = await startWithTeam({ settings: { hourlyLimit: null } }))
  app = await newApp(simulator, teamId)
  certificate = await newCertificate(client, 'DISTRIBUTION')
  profile = await newProfile('com.acme.app')
})
afterAll(() => simulator.close())

async function newApp(at: Simulator, team: string, name = 'Acme', bundleId = 'com.acme.app'): Promise<string> {
  const versions = [
    { versionString: '1.0', state: 'READY_FOR_DISTRIBUTION' },
    { versionString: '1.1' },
    { versionString: '3.0', platform: 'TV_OS' },
    { versionString: '2.1', platform: 'MAC_OS' },
  ]
  return (await at.seedTeam(team, { apps: [{ name, bundleId, versions }] })).apps?.[0] ?? ''
}

const known = new Map<string, string>()
/** A profile as Apple gives it out. */
async function newProfile(
  identifier: string,
  type = 'IOS_APP_STORE',
  more: { certificate?: string; as?: Client } = {},
) {
  const { as = client } = more
  const bundleId = (as === client ? known.get(identifier) : undefined) ?? (await newBundleId(as, identifier))
  if (as === client) known.set(identifier, bundleId)
  const isForDevices = type.endsWith('ADHOC') || type.endsWith('DEVELOPMENT')
  const answer = await askForProfile(as, {
    name: `${identifier} ${type} ${known.size} ${randomBytes(4).toString('hex')}`,
    type,
    bundleId,
    certificates: [more.certificate ?? certificate],
    ...(isForDevices ? { devices: [await newDevice(as, nextNumber++)] } : {}),
  })
  if (answer.status !== 201) throw new Error(answer.text)
  return Buffer.from(String(answer.data.attributes.profileContent), 'base64')
}

/** Uploads bytes under the next free number, or the wish's. */
async function tell(bytes: Buffer, wish: Partial<UploadWish> = {}) {
  const answer = await uploadFile(client, bytes, { app, buildNumber: String(nextNumber), ...wish })
  return { answer, ...stateOf(answer) }
}

/** Uploads an .ipa with the next free number in it. */
async function send(ipa: Partial<IpaWish> = {}, wish: Partial<UploadWish> = {}) {
  nextNumber += 1
  return await tell(await ipaOf({ profile, buildNumber: String(nextNumber), ...ipa }), wish)
}

const codes = ({ state, errors }: { state: string; errors: readonly { code: string }[] }) => [
  state,
  ...errors.map(({ code }) => code),
]

describe('an .ipa for the store', () => {
  it('becomes a build that knows what its Info.plist says', async () => {
    const told = await send({ info: { ITSAppUsesNonExemptEncryption: false, MinimumOSVersion: '17.2' } })
    expect([...codes(told), told.warnings]).toEqual(['COMPLETE', []])
    expect(told.answer.included[0]?.attributes).toMatchObject({
      processingState: 'VALID',
      minOsVersion: '17.2',
      usesNonExemptEncryption: false,
    })
  })

  it('may have its property list in binary, and its icon in a file of the size that Apple asks for', async () => {
    const { buildBinary } = await import('plist')
    const buildNumber = String(nextNumber + 1)
    const [, info = Buffer.alloc(0)] =
      Object.entries(bundleFiles(APP, { profile: null, buildNumber })).find(([name]) => name.endsWith('Info.plist')) ??
      []
    const { parse } = await import('plist')
    const binary = Buffer.from(buildBinary(parse(info.toString('utf8'))))
    expect(codes(await send({ files: { [`${APP}/Info.plist`]: binary } }))).toEqual(['COMPLETE'])
    const named = { CFBundleIcons: { CFBundlePrimaryIcon: { CFBundleIconFiles: ['AppIcon60x60'] } } }
    const icon = (pixels: number) => ({ info: named, icon: { file: 'AppIcon60x60@2x.png', pixels } })
    expect(codes(await send(icon(120)))).toEqual(['COMPLETE'])
    expect(codes(await send(icon(180)))).toEqual(['FAILED', '90022'])
  })

  it('brings its extensions, each with a profile of its own; another version of them is a warning', async () => {
    const widgetProfile = await newProfile('com.acme.app.widget')
    const widget = (more: Partial<IpaWish>) =>
      bundleFiles(WIDGET, {
        bundleId: 'com.acme.app.widget',
        profile: widgetProfile,
        buildNumber: String(nextNumber + 1),
        icon: 'none',
        ...more,
      })
    expect(codes(await send({ files: widget({}) }))).toEqual(['COMPLETE'])
    const older = await send({ files: widget({ buildNumber: '1' }) })
    expect([older.state, older.warnings]).toEqual([
      'COMPLETE',
      [
        {
          code: '90473',
          description: `CFBundleVersion Mismatch - The CFBundleVersion value '1' of extension 'Acme.app/PlugIns/Widget.appex' does not match the CFBundleVersion value '${nextNumber}' of its containing iOS application 'Acme.app'.`,
        },
      ],
    ])
    expect(codes(await send({ files: widget({ profile }) }))).toEqual(['FAILED', '90164'])
    expect(codes(await send({ files: widget({ profile: null }) }))).toEqual(['FAILED', '90174'])
    expect(codes(await send({ files: { [`${WIDGET}/Widget`]: Buffer.from('x') } }))).toEqual(['FAILED', '90036'])
  })
})

describe('what is in it must be what was reserved', () => {
  it.each([
    ['another bundle ID', { bundleId: 'com.acme.other' }, ['90054', '90164'], "current value, 'com.acme.app'"],
    ['another version', { version: '1.2' }, ['90345'], "does not match the value '1.2' for CFBundleShortVersionString"],
    ['another number', { buildNumber: '7777' }, ['90345'], "does not match the value '7777' for CFBundleVersion"],
    [
      'a simulator’s build',
      { info: { CFBundleSupportedPlatforms: ['iPhoneSimulator'] } },
      ['90542'],
      "'[iPhoneSimulator]'",
    ],
    ['no number', { info: { CFBundleVersion: undefined } }, ['90056'], 'required key: CFBundleVersion'],
    ['no version', { info: { CFBundleShortVersionString: undefined } }, ['90057'], 'CFBundleShortVersionString'],
    ['no least system', { info: { MinimumOSVersion: undefined } }, ['90360'], "'MinimumOSVersion' in bundle Acme.app"],
    ['no executable', { info: { CFBundleExecutable: 'Else' } }, ['90207'], 'does not contain a bundle executable'],
    ['no icon', { icon: 'none' as const }, ['90022'], "exactly '120x120' pixels"],
    ['no icon for iPads', { icon: 'none' as const, info: { UIDeviceFamily: [2] } }, ['90023'], "'152x152'"],
    ['no name of its icon', { info: { CFBundleIconName: undefined } }, ['90713'], 'CFBundleIconName'],
    ['four numbers', { version: '1.1.0.1' }, ['90345', '90060'], 'at most three'],
    ['no property list', { files: { [`${APP}/Info.plist`]: Buffer.from('no') } }, ['90036'], 'could not be read'],
  ])('%s fails', async (_what, wish, expected, text) => {
    const told = await send(wish)
    expect(codes(told)).toEqual(['FAILED', ...expected])
    expect(told.errors.map(({ description }) => description).join('\n')).toContain(text)
    expect(told.answer.included).toEqual([])
  })

  it('an app for Apple TV is none for iPhones', async () => {
    const tvProfile = await newProfile('com.acme.app', 'TVOS_APP_STORE')
    const tv = { version: '3.0', profile: tvProfile, info: { CFBundleSupportedPlatforms: ['AppleTVOS'] } }
    expect(codes(await send(tv, { platform: 'TV_OS', version: '3.0' }))).toEqual(['COMPLETE'])
    expect(codes(await send({ ...tv, version: '1.1' }))).toEqual(['FAILED', '90542', '90161'])
  })
})

describe('its profile', () => {
  it('must be there, and be signed by the authority of this simulator', async () => {
    expect(codes(await send({ profile: null }))).toEqual(['FAILED', '90174'])
    const unsigned = await send({ profile: plistOf({ Name: 'Acme store', TeamIdentifier: [teamId] }) })
    expect(codes(unsigned)).toEqual(['FAILED', '90161'])
    expect(unsigned.errors[0]?.description).toBe(
      'Invalid Provisioning Profile. The provisioning profile included in the bundle com.acme.app [Payload/Acme.app] is invalid. [The profile is not signed by Apple.] For more information, visit the iOS Developer Portal.',
    )
    const changed = Buffer.from(profile)
    changed.write('X', changed.indexOf('com.acme.app'))
    expect(codes(await send({ profile: changed }))).toEqual(['FAILED', '90161'])
    const other = await startSimulator()
    const file = other.createKey(other.createTeam({ name: 'Acme', teamId }).teamId)
    const as = clientFor(other, file)
    const foreign = await newProfile('com.acme.app', 'IOS_APP_STORE', {
      as,
      certificate: await newCertificate(as, 'DISTRIBUTION'),
    })
    await other.close()
    expect(codes(await send({ profile: foreign }))).toEqual(['FAILED', '90161'])
  })

  it('must be for the store, of the team and of the app', async () => {
    const adHoc = await send({ profile: await newProfile('com.acme.app', 'IOS_APP_ADHOC') })
    expect(codes(adHoc)).toEqual(['FAILED', '90161'])
    expect(adHoc.errors[0]?.description).toContain(
      'is invalid. [Missing code-signing certificate]. A Distribution Provisioning profile should be used when submitting apps to the App Store. For',
    )
    const development = await newCertificate(client, 'DEVELOPMENT')
    const debuggable = await newProfile('com.acme.app', 'IOS_APP_DEVELOPMENT', { certificate: development })
    expect(codes(await send({ profile: debuggable }))).toEqual(['FAILED', '90161'])
    const stranger = simulator.createTeam({ name: 'Stranger' })
    const as = clientFor(simulator, simulator.createKey(stranger.teamId))
    const theirs = await newProfile('org.stranger.app', 'IOS_APP_STORE', {
      as,
      certificate: await newCertificate(as, 'DISTRIBUTION'),
    })
    const told = await send({ profile: theirs })
    expect(codes(told)).toEqual(['FAILED', '90159'])
    expect(told.errors[0]?.description).toContain(
      `Please use a provisioning profile associated with Team ID ${teamId}.`,
    )
    expect(codes(await send({ profile: await newProfile('com.acme.app.else') }))).toEqual(['FAILED', '90164'])
  })

  it('is as good as before when it is deleted, but not when its certificate is revoked or its year is over', async () => {
    const second = await newCertificate(client, 'DISTRIBUTION')
    const short = await newProfile('com.acme.app', 'IOS_APP_STORE', { certificate: second })
    const { list } = await client.get('/v1/profiles?limit=200')
    const id = list.find(({ attributes }) => attributes.profileContent === short.toString('base64'))?.id ?? ''
    expect((await client.delete(`/v1/profiles/${id}`)).status).toBe(204)
    expect(codes(await send({ profile: short }))).toEqual(['COMPLETE'])
    expect((await client.delete(`/v1/certificates/${second}`)).status).toBe(204)
    const revoked = await send({ profile: short })
    expect(codes(revoked)).toEqual(['FAILED', '90034'])
    expect(revoked.errors[0]?.description).toBe(
      "Missing or invalid signature. The bundle 'com.acme.app' at bundle path 'Payload/Acme.app' is not signed using an Apple submission certificate.",
    )
    simulator.world.clock.advance(366 * 86_400_000)
    const late = await send()
    simulator.world.clock.advance(-366 * 86_400_000)
    expect(codes(late)).toEqual(['FAILED', '90161'])
    expect(late.errors[0]?.description).toContain('is invalid. [Expired profile.] For more')
  })
})

describe('a file that is no .ipa', () => {
  it('fails with the reason', async () => {
    const noise = await tell(randomBytes(100_000))
    expect(codes(noise)).toEqual(['FAILED', '90072'])
    expect(noise.errors[0]?.description).toMatch(/^The IPA is invalid\. It is not a zip archive that can be read: /)
    expect(codes(await tell(Buffer.from('x')))).toEqual(['FAILED', '90072'])
    const whole = await ipaOf({ profile })
    expect(codes(await tell(whole.subarray(0, whole.length - 10)))).toEqual(['FAILED', '90072'])
    const elsewhere = await tell(await zipOf(bundleFiles('Acme.app', { profile })))
    expect(elsewhere.errors).toEqual([
      { code: '90072', description: 'The IPA is invalid. It does not include a Payload directory.' },
    ])
    const broken = Buffer.from(whole)
    broken.fill(0xff, 60, 200)
    expect(codes(await tell(broken))).toEqual(['FAILED', '90072'])
  })

  it('fails when a file in it is far too large to be what it is called', async () => {
    const told = await send({ files: { [`${APP}/Info.plist`]: Buffer.alloc(5 * 1024 * 1024) } })
    expect(codes(told)).toEqual(['FAILED', '90072'])
    expect(told.errors[0]?.description).toBe(
      "The IPA is invalid. A file in it can not be read: 'Payload/Acme.app/Info.plist' has 5242880 bytes",
    )
  })
})

describe('build numbers', () => {
  it('rise within a version, unless a setting lets them fall', async () => {
    const told = await send({ buildNumber: '3' }, { buildNumber: '3' })
    expect(codes(told)).toEqual(['FAILED', '90188'])
    expect(told.errors[0]?.description).toMatch(
      /^Invalid Pre-Release Build\. The CFBundleVersion key in the app’s Info\.plist file contains a build number \(3\) that’s lower than the latest build number \(\d+\) that’s been submitted for the app version '1\.1'\.$/,
    )
    const before = simulator.world.settings
    simulator.world.settings = { ...before, buildNumbersRise: false }
    expect(codes(await send({ buildNumber: '3' }, { buildNumber: '3' }))).toEqual(['COMPLETE'])
    simulator.world.settings = before
    expect(codes(await send({ version: '1.2', buildNumber: '1' }, { version: '1.2', buildNumber: '1' }))).toEqual([
      'COMPLETE',
    ])
  })

  it('rise over all versions on the Mac, whose packages must be signed', async () => {
    const xar = (toc: string) => {
      const table = deflateSync(toc)
      const header = Buffer.alloc(28)
      header.write('xar!', 'latin1')
      header.writeUInt16BE(28, 4)
      header.writeBigUInt64BE(BigInt(table.length), 8)
      return Buffer.concat([header, table])
    }
    const signed = xar('<xar><toc><signature style="RSA"/></toc></xar>')
    const mac = { platform: 'MAC_OS', uti: 'com.apple.pkg', version: '2.1' }
    expect(codes(await tell(signed, { ...mac, buildNumber: '10' }))).toEqual(['COMPLETE'])
    const lower = await tell(signed, { ...mac, version: '2.2', buildNumber: '10' })
    expect(codes(lower)).toEqual(['FAILED', '90061'])
    expect(lower.errors[0]?.description).toBe(
      'This bundle is invalid. The value for key CFBundleVersion [10] in the Info.plist file must contain a higher version than that of the previously uploaded version [10].',
    )
    expect(codes(await tell(signed, { ...mac, version: '2.2', buildNumber: '11' }))).toEqual(['COMPLETE'])
    expect(codes(await tell(xar('<xar/>'), { ...mac, buildNumber: '12' }))).toEqual(['FAILED', '90237'])
    expect(codes(await tell(await ipaOf({ profile }), { ...mac, buildNumber: '13' }))).toEqual(['FAILED', '90237'])
  })
})

describe('what is looked at', () => {
  it('is everything but the profile with one setting, nothing with another, and nothing where a test decides', async () => {
    const before = simulator.world.settings
    simulator.world.settings = { ...before, buildInspection: 'contents' }
    expect(codes(await send({ profile: null }))).toEqual(['COMPLETE'])
    expect(codes(await send({ icon: 'none' }))).toEqual(['FAILED', '90022'])
    simulator.world.settings = { ...before, buildInspection: 'none' }
    nextNumber += 1
    expect(codes(await tell(randomBytes(10)))).toEqual(['COMPLETE'])
    nextNumber += 1
    simulator.world.settings = { ...before, buildUploadFate: { state: 'COMPLETE' } }
    expect(codes(await tell(randomBytes(10)))).toEqual(['COMPLETE'])
    simulator.world.settings = before
  })

  it('is told to the people of the app in a mail', async () => {
    const mailOf = async ({ answer }: { answer: { data: { id: string } } }) => {
      const told = await fetch(`${simulator.controlUrl}/teams/${teamId}/buildUploads/${answer.data.id}`)
      return ((await told.json()) as { mail: { subject: string; body: string } | null }).mail
    }
    const failed = await mailOf(await send({ profile: null }))
    expect(failed?.subject).toBe('The uploaded build for Acme has one or more issues.')
    expect(failed?.body.split('\n\n').slice(1, 3)).toEqual([
      `We identified one or more issues with a recent delivery for your app, "Acme" 1.1 (${nextNumber}). Please correct the following issues and upload a new binary to App Store Connect.`,
      'ITMS-90174: Missing Provisioning Profile - iOS Apps must contain a provisioning profile in a file named embedded.mobileprovision.',
    ])
    expect(await mailOf(await send())).toBeNull()
  })
})
