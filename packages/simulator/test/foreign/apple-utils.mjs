// Run as a program of its own: Node reads NODE_EXTRA_CA_CERTS when it starts. Reads a job from stdin, writes what it saw.
import { readFileSync } from 'node:fs'
import appleUtils from '@expo/apple-utils'

const { BundleId, Certificate, Device, Profile, Token } = appleUtils
const { keyId, issuerId, privateKey, csrContent } = JSON.parse(readFileSync(0, 'utf8'))
const context = { token: new Token({ key: privateKey, keyId, issuerId }) }
const seen = {}

const bundleId = await BundleId.createAsync(context, { name: 'Expo', platform: 'IOS', identifier: 'com.acme.expo' })
seen.bundleIds = (await BundleId.getAsync(context)).map((one) => one.attributes.identifier)
seen.found = (await BundleId.findAsync(context, { identifier: 'com.acme.expo' }))?.id === bundleId.id
seen.capabilities = (await bundleId.getBundleIdCapabilitiesAsync()).map((one) => one.attributes.capabilityType)

const certificate = await Certificate.createAsync(context, { csrContent, certificateType: 'IOS_DISTRIBUTION' })
seen.certificates = (
  await Certificate.getAsync(context, { query: { filter: { certificateType: 'IOS_DISTRIBUTION' } } })
).map((one) => one.attributes.serialNumber === certificate.attributes.serialNumber)
const device = await Device.createAsync(context, { name: 'Phone', udid: '00008030-001C2D3E4F50802E', platform: 'IOS' })
seen.devices = (await Device.getAsync(context)).map((one) => one.attributes.udid)

const profile = await Profile.createAsync(context, {
  bundleId: bundleId.id,
  certificates: [certificate.id],
  devices: [device.id],
  name: 'Expo ad hoc',
  profileType: 'IOS_APP_ADHOC',
})
seen.profiles = (await Profile.getAsync(context)).map((one) => [one.attributes.name, one.attributes.profileState])
seen.isValid = profile.isValid()
await Certificate.deleteAsync(context, { id: certificate.id })
seen.afterRevocation = (await Profile.infoAsync(context, { id: profile.id })).attributes.profileState
await Profile.deleteAsync(context, { id: profile.id })
seen.left = (await Profile.getAsync(context)).length
process.stdout.write(`${JSON.stringify(seen)}\n`)
