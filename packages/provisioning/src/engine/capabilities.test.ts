import { expect, test } from 'vitest'
import { capabilityGap, requirementsOf } from './capabilities.ts'
import { effectOf, knownEntitlements } from './entitlements.ts'

const typesOf = (entitlements: Record<string, unknown>) =>
  requirementsOf('com.acme.app', entitlements).capabilities.map(({ type }) => type)

test.each([
  ['com.apple.security.application-groups', ['group.a'], 'APP_GROUPS'],
  ['com.apple.developer.in-app-payments', ['merchant.a'], 'APPLE_PAY'],
  ['com.apple.developer.associated-domains', ['applinks:a'], 'ASSOCIATED_DOMAINS'],
  ['com.apple.developer.healthkit', true, 'HEALTHKIT'],
  ['com.apple.developer.homekit', true, 'HOMEKIT'],
  ['com.apple.developer.networking.HotspotConfiguration', true, 'HOT_SPOT'],
  ['com.apple.InAppPurchase', true, 'IN_APP_PURCHASE'],
  ['inter-app-audio', true, 'INTER_APP_AUDIO'],
  ['com.apple.developer.networking.multipath', true, 'MULTIPATH'],
  ['com.apple.developer.networking.networkextension', [], 'NETWORK_EXTENSIONS'],
  ['com.apple.developer.nfc.readersession.formats', ['TAG'], 'NFC_TAG_READING'],
  ['com.apple.developer.networking.vpn.api', ['allow-vpn'], 'PERSONAL_VPN'],
  ['aps-environment', 'development', 'PUSH_NOTIFICATIONS'],
  ['com.apple.developer.siri', true, 'SIRIKIT'],
  ['com.apple.developer.applesignin', ['Default'], 'APPLE_ID_AUTH'],
  ['com.apple.developer.pass-type-identifiers', ['$(TeamIdentifierPrefix)*'], 'WALLET'],
  ['com.apple.external-accessory.wireless-configuration', true, 'WIRELESS_ACCESSORY_CONFIGURATION'],
  ['com.apple.developer.default-data-protection', 'NSFileProtectionComplete', 'DATA_PROTECTION'],
  ['com.apple.developer.icloud-services', ['CloudKit'], 'ICLOUD'],
  ['com.apple.developer.authentication-services.autofill-credential-provider', true, 'AUTOFILL_CREDENTIAL_PROVIDER'],
  ['com.apple.developer.networking.wifi-info', true, 'ACCESS_WIFI_INFORMATION'],
  ['com.apple.developer.ClassKit-environment', 'development', 'CLASSKIT'],
  ['com.apple.developer.coremedia.hls.low-latency', true, 'COREMEDIA_HLS_LOW_LATENCY'],
  ['com.apple.developer.game-center', true, 'GAME_CENTER'],
])('%s needs a capability', (entitlement, value, capability) => {
  expect(typesOf({ [entitlement]: value })).toEqual([capability])
})

test.each([
  'keychain-access-groups',
  'get-task-allow',
  'com.apple.security.network.client',
  'com.apple.developer.healthkit.access',
])('%s needs nothing and is no surprise', (entitlement) => {
  expect(requirementsOf('com.acme.app', { [entitlement]: true })).toEqual({
    capabilities: [],
    isAppClip: false,
    warnings: [],
    invalid: [],
  })
})

test('an entitlement set to false claims nothing', () => {
  expect(typesOf({ 'com.apple.developer.siri': false })).toEqual([])
})

test('an unknown entitlement is a warning that says what to do, and stops nothing', () => {
  const { warnings, invalid, capabilities } = requirementsOf('com.acme.app', { 'com.apple.developer.brand-new': true })
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toMatchObject({
    subject: 'com.apple.developer.brand-new',
    remedy: expect.stringMatching(/^Check/),
  })
  expect([...invalid, ...capabilities]).toEqual([])
})

test('names of object properties are no entitlements', () => {
  expect(effectOf('constructor')).toBeUndefined()
  expect(effectOf('toString')).toBeUndefined()
})

test.each([
  ['NSFileProtectionComplete', 'COMPLETE_PROTECTION'],
  ['NSFileProtectionCompleteUnlessOpen', 'PROTECTED_UNLESS_OPEN'],
  ['NSFileProtectionCompleteUntilFirstUserAuthentication', 'PROTECTED_UNTIL_FIRST_USER_AUTH'],
])('data protection %s chooses %s', (value, option) => {
  const [required] = requirementsOf('com.acme.app', {
    'com.apple.developer.default-data-protection': value,
  }).capabilities
  expect(required?.settings).toEqual([{ key: 'DATA_PROTECTION_PERMISSION_LEVEL', options: [option] }])
})

test('no data protection needs no capability, and an unknown level is refused with the accepted ones', () => {
  const key = 'com.apple.developer.default-data-protection'
  expect(typesOf({ [key]: 'NSFileProtectionNone' })).toEqual([])
  const { invalid } = requirementsOf('com.acme.app', { [key]: 'Strong' })
  expect(invalid[0]).toMatchObject({ code: 'provisioning.entitlement_value_invalid', details: { entitlement: key } })
  expect(invalid[0]?.detail).toContain('NSFileProtectionComplete')
})

test('iCloud of an old version is changed, the consent of Sign in with Apple is left as a person chose it', () => {
  const { capabilities } = requirementsOf('com.acme.app', {
    'com.apple.developer.icloud-services': ['CloudKit'],
    'com.apple.developer.applesignin': ['Default'],
  })
  const present = [
    { id: '1', type: 'ICLOUD', settings: [{ key: 'ICLOUD_VERSION', options: ['XCODE_5'] }] },
    { id: '2', type: 'APPLE_ID_AUTH', settings: [{ key: 'APPLE_ID_AUTH_APP_CONSENT', options: ['OTHER'] }] },
  ]
  const gaps = capabilities.map((required) => [required.type, capabilityGap(required, present)?.state])
  expect(gaps).toEqual([
    ['APPLE_ID_AUTH', undefined],
    ['ICLOUD', 'differs'],
  ])
})

test('every known entitlement has an effect', () => {
  expect(knownEntitlements().length).toBeGreaterThan(60)
  for (const entitlement of knownEntitlements()) expect(effectOf(entitlement)).toBeDefined()
})
