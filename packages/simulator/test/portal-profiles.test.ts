import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'plist'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../src/simulator.ts'
import { many, one } from './client.ts'
import {
  capability,
  linked,
  madeBy,
  type Portal,
  portalBundleId,
  portalCertificate,
  signIn,
  startPortal,
} from './portal-browser.ts'

let simulator: Simulator
let portal: Portal
let certificate: string
const folder = mkdtempSync(join(tmpdir(), 'simulator-portal-'))

beforeAll(async () => {
  ;({ simulator, portal } = await startPortal())
  certificate = await portalCertificate(portal, 'IOS_DISTRIBUTION')
  writeFileSync(join(folder, 'root.pem'), await simulator.rootPem())
  writeFileSync(join(folder, 'intermediate.pem'), await simulator.world.authority.intermediatePem())
})
afterAll(async () => {
  await simulator.close()
  rmSync(folder, { recursive: true })
})

const openssl = (...args: string[]) => execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe', cwd: folder })

async function newProfile(bundleId: string, name: string): Promise<string> {
  const relationships = { bundleId: one('bundleIds', bundleId), certificates: many('certificates', [certificate]) }
  return madeBy(await portal.create('profiles', { name, profileType: 'IOS_APP_STORE' }, relationships))
}

/** The entitlements of a profile, from the file that the legacy portal gives and openssl verifies. */
async function entitlements(provisioningProfileId: string): Promise<Record<string, unknown>> {
  const file = await portal.download('ios/profile/downloadProfileContent', { provisioningProfileId })
  expect(file.bytes.includes('DOCTYPE plist PUBLIC')).toBe(true)
  writeFileSync(join(folder, 'file.mobileprovision'), file.bytes)
  const verify = ['cms', '-verify', '-purpose', 'any', '-inform', 'DER', '-in', 'file.mobileprovision']
  const payload = parse(openssl(...verify, '-CAfile', 'root.pem')) as { Entitlements: Record<string, unknown> }
  return payload.Entitlements
}

const stateOf = async (id: string) => (await portal.get(`profiles/${id}`)).data.attributes.profileState

describe('what is assigned to a bundle ID', () => {
  it.each([
    ['appGroups', 'group.com.acme', 'APP_GROUPS', 'com.apple.security.application-groups'],
    ['cloudContainers', 'iCloud.com.acme', 'ICLOUD', 'com.apple.developer.icloud-container-identifiers'],
    ['merchantIds', 'merchant.com.acme', 'APPLE_PAY', 'com.apple.developer.in-app-payments'],
  ])(
    'stands in profiles made afterwards, and makes the earlier ones invalid: %s',
    async (type, identifier, capabilityType, key) => {
      const bundleId = await portalBundleId(portal, `com.acme.${type}`)
      const ids = []
      for (const end of ['a', 'b'])
        ids.push(madeBy(await portal.create(type, { name: `${type} ${end}`, identifier: `${identifier}.${end}` })))
      const assign = (wanted: string[]) =>
        portal.patch(
          'bundleIds',
          bundleId,
          {},
          { bundleIdCapabilities: { data: [capability(capabilityType, {}, { [type]: linked(type, wanted) })] } },
        )

      expect((await assign([ids[0] ?? ''])).status).toBe(200)
      const first = await newProfile(bundleId, `${type} 1`)
      expect((await entitlements(first))[key]).toEqual([`${identifier}.a`])

      expect((await assign([ids[0] ?? ''])).status).toBe(200)
      expect(await stateOf(first)).toBe('ACTIVE')

      expect((await assign(ids)).status).toBe(200)
      expect(await stateOf(first)).toBe('INVALID')
      const second = await newProfile(bundleId, `${type} 2`)
      expect((await entitlements(second))[key]).toEqual([`${identifier}.a`, `${identifier}.b`])

      expect((await portal.delete(`${type}/${ids[0]}`)).status).toBe(204)
      expect(await stateOf(second)).toBe('INVALID')
      expect((await entitlements(await newProfile(bundleId, `${type} 3`)))[key]).toEqual([`${identifier}.b`])
    },
  )

  it('follows the CloudKit mode and the level of data protection', async () => {
    const bundleId = await portalBundleId(portal, 'com.acme.modes')
    const setting = (type: string, key: string, option: string) =>
      capability(type, { settings: [{ key, options: [{ key: option, enabled: true }] }] })
    const changes = [
      setting('ICLOUD', 'ICLOUD_VERSION', 'XCODE_5'),
      setting('DATA_PROTECTION', 'DATA_PROTECTION_PERMISSION_LEVEL', 'PROTECTED_UNTIL_FIRST_USER_AUTH'),
    ]
    await portal.patch('bundleIds', bundleId, {}, { bundleIdCapabilities: { data: changes } })
    const held = await entitlements(await newProfile(bundleId, 'Modes'))
    expect(held['com.apple.developer.default-data-protection']).toBe(
      'NSFileProtectionCompleteUntilFirstUserAuthentication',
    )
    expect(held).toHaveProperty(['com.apple.developer.ubiquity-kvstore-identifier'])
    expect(held).not.toHaveProperty(['com.apple.developer.icloud-services'])
  })

  it('names the app of an App Clip', async () => {
    const app = await portalBundleId(portal, 'com.acme.host')
    const parent = { parentBundleId: { data: { type: 'bundleIds', id: app } } }
    const clip = await portal.create(
      'bundleIds',
      { identifier: 'com.acme.host.Clip', name: 'Clip', platform: 'IOS', bundleType: 'onDemandInstallCapable' },
      { bundleIdCapabilities: { data: [capability('ON_DEMAND_INSTALL_CAPABLE', {}, parent)] } },
    )
    const held = await entitlements(await newProfile(madeBy(clip), 'Clip'))
    expect(held['com.apple.developer.parent-application-identifiers']).toEqual(['ACMETEAM01.com.acme.host'])
  })

  it('comes from a seed, and survives a saved state', async () => {
    const seed = {
      teams: [
        {
          name: 'Seeded',
          teamId: 'SEEDTEAM01',
          appGroups: [{ identifier: 'group.com.seed' }],
          cloudContainers: [{ identifier: 'iCloud.com.seed', name: 'Cloud' }],
          merchantIds: [{ identifier: 'merchant.com.seed' }],
          bundleIds: [{ identifier: 'com.seed.app', capabilities: ['APP_GROUPS'], appGroups: ['group.com.seed'] }],
        },
      ],
    }
    const seeded = await startSimulator({ seed })
    const snapshot = await (await fetch(`${seeded.controlUrl}/state`)).json()
    await seeded.close()
    const restored = await startSimulator({ snapshot })
    try {
      const person = await signIn(restored, 'SEEDTEAM01')
      const { included } = await person.get('bundleIds', 'include=bundleIdCapabilities')
      const groups = included.find(({ attributes }) => attributes.capabilityType === 'APP_GROUPS')?.relationships
        .appGroups
      const [group] = (await person.get('appGroups')).list
      expect(groups?.data).toEqual([{ type: 'appGroups', id: group?.id }])
      expect((await person.get('cloudContainers')).list[0]?.attributes.name).toBe('Cloud')
      expect((await person.get('merchantIds')).list).toHaveLength(1)
    } finally {
      await restored.close()
    }
  })
})

describe('a certificate from the legacy portal', () => {
  it('verifies with the root', async () => {
    const params = { certificateId: certificate, type: 'R58UK2EWSO' }
    const file = await portal.download('ios/certificate/downloadCertificateContent.action', params)
    writeFileSync(join(folder, 'leaf.pem'), new X509Certificate(file.bytes).toString())
    const said = openssl(
      'verify',
      '-ignore_critical',
      '-CAfile',
      'root.pem',
      '-untrusted',
      'intermediate.pem',
      'leaf.pem',
    )
    expect(said).toContain('OK')
  })
})
