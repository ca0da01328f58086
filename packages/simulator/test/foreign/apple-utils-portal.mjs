// Run as a program of its own: Node reads NODE_EXTRA_CA_CERTS when it starts. Reads a job from stdin, writes what it saw.
import { readFileSync } from 'node:fs'
import appleUtils from '@expo/apple-utils'

const { AppGroup, Auth, BundleId, Certificate, CloudContainer, Device, Keys, MerchantId, Profile, Teams } = appleUtils
const { createCertificateAndP12Async, getRequestClient } = appleUtils
const { username, password } = JSON.parse(readFileSync(0, 'utf8'))
const seen = {}

getRequestClient()
const state = await Auth.loginAsync({ username, password }, { autoResolveProvider: true })
const context = { ...state.context }
seen.signedInAs = state.username
seen.teams = (await Teams.getTeamsAsync()).map(({ teamId, name, type }) => [teamId, name, type])

// App IDs, and what is assigned to them.
const bundleId = await BundleId.createAsync(context, {
  name: 'Expo: app',
  platform: 'IOS',
  identifier: 'com.acme.expo',
})
seen.found = (await BundleId.findAsync(context, { identifier: 'com.acme.expo' }))?.id === bundleId.id
const group = await AppGroup.createAsync(context, { identifier: 'group.com.acme.expo' })
const container = await CloudContainer.createAsync(context, { identifier: 'iCloud.com.acme.expo' })
const merchant = await MerchantId.createAsync(context, { identifier: 'merchant.com.acme.expo' })
seen.groups = (await AppGroup.getAsync(context)).map(({ attributes }) => [attributes.name, attributes.prefix])
await bundleId.updateBundleIdCapabilityAsync([
  { capabilityType: 'PUSH_NOTIFICATIONS', option: 'PUSH_NOTIFICATION_FEATURE_BROADCAST' },
  { capabilityType: 'DATA_PROTECTION', option: 'PROTECTED_UNLESS_OPEN' },
  { capabilityType: 'APPLE_ID_AUTH', option: 'ON' },
  { capabilityType: 'APP_GROUPS', option: 'ON', relationships: { appGroups: [group.id] } },
  { capabilityType: 'ICLOUD', option: 'ON', relationships: { cloudContainers: [container.id] } },
  { capabilityType: 'APPLE_PAY', option: 'ON', relationships: { merchantIds: [merchant.id] } },
])
await bundleId.updateBundleIdCapabilityAsync({ capabilityType: 'APPLE_ID_AUTH', option: 'OFF' })
const capabilities = await bundleId.getBundleIdCapabilitiesAsync()
seen.capabilities = capabilities.map((one) => one.attributes.capabilityType).sort()
seen.hasPush = (await bundleId.hasCapabilityAsync('PUSH_NOTIFICATIONS')) !== null
await bundleId.deleteBundleIdCapabilityAsync({ capabilityType: 'APPLE_PAY' })
await bundleId.updateAsync({ name: 'Renamed' })
seen.renamed = (await BundleId.infoAsync(context, { id: bundleId.id })).attributes.name
const clip = await BundleId.createAppClipAsync(context, {
  name: 'Clip',
  identifier: 'com.acme.expo.Clip',
  parentBundleIdId: bundleId.id,
})
seen.isAppClip = clip.isAppClip()
const service = await BundleId.createServiceIdAsync(context, { name: 'Web', identifier: 'com.acme.expo.web' })
await service.configureSignInWithAppleAsync({
  domains: ['acme.example'],
  redirectUrls: ['https://acme.example/back'],
  primaryAppBundleIdId: bundleId.id,
})
seen.services = (await BundleId.getServiceIdsAsync(context)).map(({ attributes }) => attributes.identifier)

// Certificates.
const made = await createCertificateAndP12Async(context, { certificateType: 'IOS_DISTRIBUTION' })
seen.p12 = { base64: made.certificateP12, password: made.password }
const { certificate } = made
seen.certificates = (
  await Certificate.getAsync(context, { query: { filter: { certificateType: ['IOS_DISTRIBUTION', 'DISTRIBUTION'] } } })
).map(({ attributes }) => [attributes.certificateType, attributes.requesterEmail, attributes.status])

// Devices.
const device = await Device.createAsync(context, { name: 'Phone', udid: '00008030-001C2D3E4F50802E', platform: 'IOS' })
seen.devices = (await Device.getAllIOSProfileDevicesAsync(context)).map(({ attributes }) => attributes.udid)
await device.updateAsync({ status: 'DISABLED' })
seen.disabled = (await Device.getAsync(context)).map(({ attributes }) => attributes.status)
await device.updateAsync({ status: 'ENABLED' })

// Profiles: made, made anew by both ways, listed, deleted.
const profile = await Profile.createAsync(context, {
  bundleId: bundleId.id,
  certificates: [certificate.id],
  devices: [device.id],
  name: 'Expo ad hoc',
  profileType: 'IOS_APP_ADHOC',
})
seen.profileContent = profile.attributes.profileContent
const repaired = await (await Profile.infoAsync(context, { id: profile.id })).regenerateAsync()
seen.isSameProfile = [repaired.id === profile.id, repaired.attributes.uuid !== profile.attributes.uuid]
const [listed] = await Profile.getAsync(context)
const again = await listed.regenerateManuallyAsync()
seen.profiles = (await Profile.getAsync(context)).map(({ attributes }) => [attributes.name, attributes.profileState])
seen.inside = [
  again.attributes.devices?.length,
  again.attributes.certificates?.length,
  again.attributes.bundleId?.id === bundleId.id,
]
seen.ofBundleId = (await bundleId.getProfilesAsync()).map(({ attributes }) => attributes.name)
await Certificate.deleteAsync(context, { id: certificate.id })
seen.afterRevocation = (await Profile.infoAsync(context, { id: again.id })).attributes.profileState
await Profile.deleteAsync(context, { id: again.id })

// Keys of the portal.
const key = await Keys.createKeyAsync(context, { name: 'Push', isApns: true })
seen.keyFile = (await Keys.downloadKeyAsync(context, { id: key.id })).split('\n')[0]
seen.keys = (await Keys.getKeysAsync(context)).map(({ name, canDownload }) => [name, canDownload])
seen.keyServices = (await Keys.getKeyInfoAsync(context, { id: key.id })).services.map(({ id }) => id)
await Keys.createKeyAsync(context, { name: 'Second', isApns: true })
seen.tooManyKeys = await Keys.createKeyAsync(context, { name: 'Third', isApns: true }).catch((error) => error.message)
await Keys.revokeKeyAsync(context, { id: key.id })

await group.deleteAsync()
await container.deleteAsync()
await merchant.deleteAsync()
for (const one of [clip, service, bundleId]) await BundleId.deleteAsync(context, { id: one.id })
seen.left = {
  bundleIds: (await BundleId.getAsync(context)).length,
  profiles: (await Profile.getAsync(context)).length,
  groups: (await AppGroup.getAsync(context)).length,
  keys: (await Keys.getKeysAsync(context)).map(({ name }) => name),
}
process.stdout.write(`\nSEEN ${JSON.stringify(seen)}\n`)
