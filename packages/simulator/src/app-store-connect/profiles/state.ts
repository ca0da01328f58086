import { newAppleId, newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { capabilitiesOf } from '../bundle-id-capabilities/state.ts'
import { type BundleIdRecord, bundleIds, isWildcard } from '../bundle-ids/state.ts'
import { isExpired } from '../certificates/state.ts'
import { type CertificateRecord, certificates } from '../certificates/store.ts'
import { type DeviceRecord, devices, statusOf } from '../devices/state.ts'
import { linkedIdentifiers } from '../identifiers/state.ts'
import { conflict, invalidAttribute, invalidRelationship } from '../json-api/errors.ts'
import { PROFILE_KINDS, type ProfileKind } from './kinds.ts'
import { profilePlist } from './payload.ts'
import { type ProfileRecord, profiles } from './store.ts'

/** What a client asks for. */
export interface NewProfile {
  readonly name: string
  readonly profileType: string
  readonly bundleId: string
  readonly certificateIds: readonly string[]
  readonly deviceIds: readonly string[]
}

const LIFE_MS = 365 * 86_400_000

/** ACTIVE, INVALID, or EXPIRED, which is not in Apple's document. */
export function profileStateOf(scene: Scene, record: ProfileRecord): 'ACTIVE' | 'INVALID' | 'EXPIRED' {
  if (record.expiresAt <= scene.now) return 'EXPIRED'
  return record.invalidBecause !== null || record.certificateExpiresAt <= scene.now ? 'INVALID' : 'ACTIVE'
}

function checkName(scene: Scene, name: string): void {
  if (name.trim() === '' || name.includes('*')) {
    throw invalidAttribute('name', `The name '${name.slice(0, 100)}' is empty or contains invalid characters`)
  }
  // Expired profiles are hidden from the list, and yet their names clash.
  if (storeOf(scene.team, profiles).count('name', name) > 0) {
    throw conflict(
      `Multiple profiles found with the name '${name}'. Please remove the duplicate profiles and try again.`,
      '/data/attributes/name',
    )
  }
}

function checkProgram(scene: Scene, profileType: string, kind: ProfileKind): void {
  const isForeign =
    scene.team.kind === 'enterprise'
      ? kind.distribution === 'store' || kind.distribution === 'direct'
      : kind.distribution === 'inhouse'
  if (isForeign) throw conflict(`Your team is not allowed to create profiles of type '${profileType}'.`)
}

function bundleIdOf(scene: Scene, id: string, kind: ProfileKind): BundleIdRecord {
  const record = storeOf(scene.team, bundleIds).get(id)
  if (record === undefined || record.visibleAt > scene.now) {
    throw invalidRelationship('bundleId', `There is no App ID with ID '${id}' on this team.`)
  }
  const isStoreLike = kind.distribution === 'store' || kind.distribution === 'direct'
  const isOtherPlatform = record.platform !== 'UNIVERSAL' && record.platform !== kind.platform
  if ((isWildcard(record.identifier) && isStoreLike) || isOtherPlatform) {
    const platform = kind.platform === 'IOS' ? 'iOS' : 'Mac'
    throw conflict(`You are not allowed to create '${platform}' profile with App ID '${id}'.`)
  }
  return record
}

function certificatesOf(scene: Scene, ids: readonly string[], kind: ProfileKind): CertificateRecord[] {
  const store = storeOf(scene.team, certificates)
  const found = ids.flatMap((id) => store.get(id) ?? [])
  const current = found.filter((record) => record.visibleAt <= scene.now && !isExpired(scene, record))
  if (ids.length === 0 || current.length < ids.length) {
    throw invalidRelationship(
      'certificates',
      'There are no current certificates on this team matching the provided certificate IDs.',
    )
  }
  const misfit = current.find((record) => !kind.certificateTypes.includes(record.certificateType))
  if (misfit === undefined) return current
  throw invalidRelationship(
    'certificates',
    `The certificate '${misfit.id}' of type '${misfit.certificateType}' can not be used with this profile type.`,
  )
}

function isUsable(scene: Scene, record: DeviceRecord | undefined, kind: ProfileKind): record is DeviceRecord {
  if (record === undefined || record.visibleAt > scene.now) return false
  return kind.deviceClasses.includes(record.deviceClass) && statusOf(scene, record) !== 'DISABLED'
}

/** Devices that are named and fit. Disabled and unknown ones are refused; those still being processed are left out silently. */
function devicesOf(scene: Scene, ids: readonly string[], kind: ProfileKind): DeviceRecord[] {
  const isForbidden = kind.deviceClasses.length === 0
  if (isForbidden && ids.length > 0) {
    throw invalidRelationship('devices', 'Devices can not be provided for this profile type.')
  }
  if (isForbidden) return []
  const store = storeOf(scene.team, devices)
  const found = ids.map((id) => store.get(id))
  const usable = found.filter((record) => isUsable(scene, record, kind))
  const ready = usable.filter((record) => statusOf(scene, record) === 'ENABLED')
  if (usable.length === ids.length && ready.length > 0) return ready
  const family = kind.platform === 'IOS' ? 'ios' : 'mac'
  throw invalidRelationship(
    'devices',
    `There are no current ${family} devices on this team matching the provided device IDs.`,
  )
}

async function sign(scene: Scene, plist: Uint8Array): Promise<string> {
  const cms = await scene.world.authority.signProfile(plist, new Date(scene.now))
  return Buffer.from(cms).toString('base64')
}

/** What a profile that is made now holds; everything but what places it in the store. */
async function draw(
  scene: Scene,
  wish: NewProfile,
  kind: ProfileKind,
): Promise<Omit<ProfileRecord, 'id' | 'seq' | 'visibleAt'>> {
  const bundleId = bundleIdOf(scene, wish.bundleId, kind)
  const held = certificatesOf(scene, wish.certificateIds, kind)
  const ready = devicesOf(scene, wish.deviceIds, kind)
  const uuid = newUuid(scene.world.random)
  const createdAt = Math.floor(scene.now / 1_000) * 1_000
  const expiresAt = createdAt + LIFE_MS
  const plist = await profilePlist({
    team: scene.team,
    kind,
    name: wish.name,
    uuid,
    createdAt,
    expiresAt,
    appIdName: bundleId.name,
    prefix: bundleId.seedId,
    identifier: bundleId.identifier,
    capabilities: capabilitiesOf(scene, bundleId.id),
    linked: linkedIdentifiers(scene, bundleId),
    parent: storeOf(scene.team, bundleIds).get(bundleId.parentId ?? '')?.identifier ?? null,
    certificates: held.map((record) => Buffer.from(record.content, 'base64')),
    udids: ready.map((record) => record.udid),
  })
  return {
    name: wish.name,
    profileType: wish.profileType,
    platform: kind.platform,
    uuid,
    createdAt,
    expiresAt,
    content: await sign(scene, plist),
    bundleId: bundleId.id,
    certificateIds: held.map((record) => record.id),
    deviceIds: ready.map((record) => record.id),
    certificateExpiresAt: Math.min(...held.map((record) => record.expiresAt)),
    invalidBecause: null,
  }
}

function kindFor(scene: Scene, profileType: string): ProfileKind {
  const kind = PROFILE_KINDS[profileType]
  if (kind === undefined) throw invalidAttribute('profileType', `'${profileType}' is not a profile type`)
  checkProgram(scene, profileType, kind)
  return kind
}

/** Makes a profile from what is true now, and signs it. */
export async function createProfile(scene: Scene, wish: NewProfile): Promise<ProfileRecord> {
  const kind = kindFor(scene, wish.profileType)
  checkName(scene, wish.name)
  const drawn = await draw(scene, wish, kind)
  return storeOf(scene.team, profiles).add({
    id: newAppleId(scene.world.random),
    visibleAt: visibleAt(scene, profiles.name),
    ...drawn,
  })
}

/** Makes a profile anew under its id: what the portal calls to edit or regenerate. It gets a new UUID and a new year. */
export async function regenerateProfile(scene: Scene, record: ProfileRecord, wish: NewProfile): Promise<ProfileRecord> {
  const kind = kindFor(scene, wish.profileType)
  if (wish.name !== record.name) checkName(scene, wish.name)
  return storeOf(scene.team, profiles).change(record, await draw(scene, wish, kind))
}
