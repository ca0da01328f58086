import type { AppStoreConnect } from '../src/app-store-connect/client.ts'

/** Handles of resources that exist where the methods are called. */
export interface Handles {
  readonly app: string
  readonly user: string
  readonly bundleId: string
  readonly capability: string
  readonly certificate: string
  readonly device: string
  readonly profile: string
}

/** A call of every method of the client with every option, by name. Used to check what goes over the wire. */
export function everyCall(apple: AppStoreConnect, id: Handles): Readonly<Record<string, () => Promise<unknown>>> {
  const { apps, users, bundleIds, bundleIdCapabilities, certificates, devices, profiles } = apple
  const settings = [{ key: 'ICLOUD_VERSION', options: [{ key: 'XCODE_6', enabled: true }] }]
  return {
    'apps.list': () => apps.list(),
    'apps.list of bundle ids': () => apps.list({ bundleIds: ['com.acme.app', 'com.acme.other'] }),
    'apps.read': () => apps.read(id.app),
    'apps.first': () => apps.first(),
    'users.list': () => users.list(),
    'users.read': () => users.read(id.user),
    'users.first': () => users.first(),
    'bundleIds.list': () => bundleIds.list(),
    'bundleIds.list of identifiers': () =>
      bundleIds.list({ identifiers: ['com.acme.app', 'com.acme.ext'], include: ['bundleIdCapabilities', 'profiles'] }),
    'bundleIds.read': () => bundleIds.read(id.bundleId, { include: ['bundleIdCapabilities', 'profiles'] }),
    'bundleIds.first': () => bundleIds.first(),
    'bundleIds.create': () => bundleIds.create({ identifier: 'com.acme.new', name: 'Acme new', platform: 'IOS' }),
    'bundleIds.modify': () => bundleIds.modify(id.bundleId, { name: 'Acme renamed' }),
    'bundleIds.capabilitiesOf': () => bundleIds.capabilitiesOf(id.bundleId),
    'bundleIds.profilesOf': () => bundleIds.profilesOf(id.bundleId),
    'bundleIds.delete': () => bundleIds.delete(id.bundleId),
    'bundleIdCapabilities.list': () => bundleIdCapabilities.list(id.bundleId),
    'bundleIdCapabilities.create': () =>
      bundleIdCapabilities.create({ bundleId: id.bundleId, capabilityType: 'ICLOUD', settings }),
    'bundleIdCapabilities.modify': () =>
      bundleIdCapabilities.modify({ id: id.capability, bundleId: id.bundleId }, { settings, capabilityType: 'ICLOUD' }),
    'bundleIdCapabilities.delete': () => bundleIdCapabilities.delete({ id: id.capability, bundleId: id.bundleId }),
    'certificates.list': () => certificates.list({ types: ['DISTRIBUTION'], serialNumbers: ['0A'] }),
    'certificates.read': () => certificates.read(id.certificate),
    'certificates.first': () => certificates.first(),
    'certificates.create': () => certificates.create({ csr: 'PEM', certificateType: 'DISTRIBUTION' }),
    'certificates.modify': () => certificates.modify(id.certificate, { activated: true }),
    'certificates.delete': () => certificates.delete(id.certificate),
    'devices.list': () => devices.list({ udids: ['a'.repeat(40)] }),
    'devices.read': () => devices.read(id.device),
    'devices.create': () => devices.create({ name: 'Ada', udid: 'a'.repeat(40), platform: 'IOS' }),
    'devices.modify': () => devices.modify(id.device, { name: 'Bob', status: 'DISABLED' }),
    'profiles.list': () =>
      profiles.list({
        names: ['Acme one', 'Acme two'],
        types: ['IOS_APP_STORE', 'IOS_APP_ADHOC'],
        states: ['ACTIVE', 'INVALID'],
        include: ['bundleId', 'certificates', 'devices'],
      }),
    'profiles.read': () => profiles.read(id.profile, { include: ['bundleId', 'certificates', 'devices'] }),
    'profiles.create': () =>
      profiles.create({
        name: 'Acme new',
        profileType: 'IOS_APP_ADHOC',
        bundleId: id.bundleId,
        certificates: [id.certificate],
        devices: [id.device],
      }),
    'profiles.devicesOf': () => profiles.devicesOf(id.profile),
    'profiles.certificatesOf': () => profiles.certificatesOf(id.profile),
    'profiles.bundleIdOf': () => profiles.bundleIdOf(id.profile),
    'profiles.delete': () => profiles.delete(id.profile),
  }
}
