import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'
import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'

/** A provisioning profile. */
export interface ProfileRecord extends StoredRecord {
  readonly name: string
  readonly profileType: string
  readonly platform: string
  readonly uuid: string
  /** Epoch milliseconds. */
  readonly createdAt: number
  readonly expiresAt: number
  /** The CMS as base64. */
  readonly content: string
  readonly bundleId: string
  readonly certificateIds: readonly string[]
  readonly deviceIds: readonly string[]
  /** When its certificates expire, the earliest first: it is INVALID from then on. */
  readonly certificateExpiresAt: number
  /** What made it INVALID; null while nothing has. */
  readonly invalidBecause: 'capabilities' | 'certificate' | 'device' | null
}

/** The team's profiles. */
export const profiles: StoreDefinition<ProfileRecord> = {
  name: 'profiles',
  indexes: {
    name: (record) => [record.name],
    bundleId: (record) => [record.bundleId],
    certificate: (record) => record.certificateIds,
    device: (record) => record.deviceIds,
  },
}

function invalidate(scene: Scene, index: string, key: string, reason: ProfileRecord['invalidBecause']): void {
  const held = storeOf(scene.team, profiles)
  for (const profile of held.by(index, key)) {
    if (profile.invalidBecause === null) held.change(profile, { invalidBecause: reason })
  }
}

/** Capabilities of a bundle ID have changed: its profiles no longer tell what the app may do. */
export function invalidateProfilesOfBundleId(scene: Scene, bundleId: string): void {
  if (scene.world.settings.capabilityChangeInvalidates) invalidate(scene, 'bundleId', bundleId, 'capabilities')
}

/** A certificate was revoked: the profiles that hold it are INVALID. */
export function invalidateProfilesOfCertificate(scene: Scene, certificateId: string): void {
  invalidate(scene, 'certificate', certificateId, 'certificate')
}

/** A device was disabled: by Apple's articles nothing happens; a setting decides. */
export function invalidateProfilesOfDevice(scene: Scene, deviceId: string): void {
  if (scene.world.settings.disabledDeviceInvalidates) invalidate(scene, 'device', deviceId, 'device')
}
