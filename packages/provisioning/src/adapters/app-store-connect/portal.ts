import type { AppStoreConnect } from '@cordon/apple/app-store-connect/client'
import type { Listed } from '@cordon/apple/app-store-connect/paging'
import type { BundleIdWithRelated } from '@cordon/apple/app-store-connect/wire/bundle-ids'
import { provisioningErrors } from '../../engine/errors.ts'
import type { DeveloperPortal, NewProfile, PortalBundleId, PortalProfile } from '../../engine/port.ts'
import { certificateTypeFor, profileTypeOf } from './names.ts'
import {
  appleSettings,
  portalCapability,
  portalCertificate,
  portalDevice,
  profileReader,
  type ReadPortalProfile,
} from './readings.ts'
import {
  bundleIdRefusals,
  capabilityRefusals,
  certificateRefusals,
  deviceRefusals,
  profileRefusals,
  translating,
} from './refusals.ts'

/** What provisioning asks of a client of the App Store Connect API, or of the portal's copy of it. */
export type ProvisioningClient = Pick<
  AppStoreConnect,
  'bundleIds' | 'bundleIdCapabilities' | 'certificates' | 'devices' | 'profiles' | 'keyKind' | 'requests'
>

const PLATFORMS = { ios: 'IOS', macos: 'MAC_OS' } as const

/**
 * The developer team that an App Store Connect API key opens. One listing each for bundle IDs with their capabilities,
 * certificates, devices, and profiles with their bundle IDs.
 *
 * Besides the port's errors it lets those of `@cordon/apple` through, such as `apple.key_rejected`, `apple.forbidden_role`,
 * `apple.agreements_required` and `apple.rate_limited`: they name the key or the network, not a missing part.
 *
 * @example
 * const apple = createAppStoreConnect({ key, fetch, clock, sleep })
 * const result = await provision(readDesired(wish), createAppStoreConnectPortal(apple), { clock })
 */
export function createAppStoreConnectPortal(apple: ProvisioningClient): DeveloperPortal {
  const readProfile = profileReader()
  return {
    ...reading(apple, readProfile),
    ...identifying(apple),
    ...certifying(apple),
    ...profiling(apple, readProfile),
    requestsUsed: apple.requests,
  }
}

function reading(apple: ProvisioningClient, readProfile: ReadPortalProfile) {
  return {
    async listBundleIds(identifiers) {
      const items = whole('bundle IDs', await apple.bundleIds.list({ identifiers, include: ['bundleIdCapabilities'] }))
      return Promise.all(items.map((item) => readBundleId(apple, item)))
    },
    async listCertificates() {
      return whole('certificates', await apple.certificates.list()).map(portalCertificate)
    },
    async listDevices() {
      return whole('devices', await apple.devices.list()).map(portalDevice)
    },
    async listProfiles(kinds, identifiers) {
      const types = kinds.flatMap((kind) => profileTypeOf(kind) ?? [])
      const list = await apple.profiles.list({ types, include: ['bundleId'] })
      const items = whole('profiles', list)
      const { included } = list
      const byId = new Map(included.bundleIds.map(({ id, identifier = '' }) => [id, identifier]))
      return items.flatMap((item) => {
        const identifier = byId.get(item.bundleId ?? '')
        const isWanted = identifier !== undefined && identifiers.includes(identifier)
        return isWanted ? (readProfile(item, identifier) ?? []) : []
      })
    },
    async listProfilesOf({ id, identifier }) {
      const items = whole(`profiles of ${identifier}`, await apple.bundleIds.profilesOf(id))
      return items.flatMap((item) => readProfile(item, identifier) ?? [])
    },
  } satisfies Partial<DeveloperPortal>
}

/** All of a list, or an error: acting on a part of the truth would make what is there again, or remove what is needed. */
function whole<T>(list: string, { items, isTruncated }: Listed<T>): readonly T[] {
  if (!isTruncated) return items
  throw provisioningErrors.list_truncated(
    { list, read: items.length },
    { detail: `of the ${list} only the first ${items.length} were read` },
  )
}

function identifying(apple: ProvisioningClient) {
  return {
    createBundleId: ({ identifier, name, platform }) =>
      translating(bundleIdRefusals(identifier), async () => {
        const { id } = await apple.bundleIds.create({ identifier, name, platform: PLATFORMS[platform] })
        return { id, identifier, capabilities: [] }
      }),
    enableCapability: ({ id, identifier }, type, settings) =>
      translating(capabilityRefusals(identifier, type), async () => {
        const wanted = { bundleId: id, capabilityType: type }
        const options = settings.length > 0 ? { settings: appleSettings(settings) } : {}
        return portalCapability(await apple.bundleIdCapabilities.create({ ...wanted, ...options }))
      }),
    changeCapability: ({ id, identifier }, { id: capabilityId, type }, settings) =>
      translating(capabilityRefusals(identifier, type), async () => {
        const change = { settings: appleSettings(settings), capabilityType: type }
        return portalCapability(await apple.bundleIdCapabilities.modify({ id: capabilityId, bundleId: id }, change))
      }),
    registerDevice: ({ udid, name, family }) =>
      translating(deviceRefusals(udid), async () =>
        portalDevice(await apple.devices.create({ udid, name, platform: PLATFORMS[family] })),
      ),
  } satisfies Partial<DeveloperPortal>
}

function certifying(apple: ProvisioningClient) {
  return {
    createCertificate: ({ kind, signingRequest }) =>
      translating(certificateRefusals(kind), async () => {
        const certificateType = certificateTypeFor(kind, apple.keyKind === 'enterprise')
        return portalCertificate(await apple.certificates.create({ csr: signingRequest, certificateType }))
      }),
  } satisfies Partial<DeveloperPortal>
}

function profiling(apple: ProvisioningClient, readProfile: ReadPortalProfile) {
  return {
    createProfile: (wanted) =>
      translating(profileRefusals(wanted.bundleId.identifier, wanted.name), () =>
        createProfile(apple, wanted, readProfile),
      ),
    deleteProfile: ({ id, identifier, name }) =>
      translating(profileRefusals(identifier, name), () => apple.profiles.delete(id)),
  } satisfies Partial<DeveloperPortal>
}

async function createProfile(
  apple: ProvisioningClient,
  wanted: NewProfile,
  readProfile: ReadPortalProfile,
): Promise<PortalProfile> {
  const { name, kind, bundleId, certificateIds, deviceIds } = wanted
  const profileType = profileTypeOf(kind)
  if (profileType === undefined) throw provisioningErrors.profile_kind_unsupported(kind)
  const made = await apple.profiles.create({
    name,
    profileType,
    bundleId: bundleId.id,
    certificates: certificateIds,
    devices: deviceIds,
  })
  const profile = readProfile(made, bundleId.identifier)
  if (profile === undefined || profile.content.length === 0)
    throw provisioningErrors.profile_unreadable({ profile: name }, { detail: `profile "${name}"` })
  return profile
}

// Apple includes at most 50 capabilities; a bundle ID with more is rare, and costs one more request.
async function readBundleId(apple: ProvisioningClient, bundleId: BundleIdWithRelated): Promise<PortalBundleId> {
  const { id, identifier = '', capabilities } = bundleId
  const isComplete = capabilities?.isComplete === true
  const items = isComplete
    ? capabilities.items
    : whole(`capabilities of ${identifier}`, await apple.bundleIds.capabilitiesOf(id))
  return { id, identifier, capabilities: items.map(portalCapability) }
}
