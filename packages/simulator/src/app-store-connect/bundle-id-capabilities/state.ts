import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { conflict, invalidAttribute } from '../json-api/errors.ts'
import { invalidateProfilesOfBundleId } from '../profiles/store.ts'
import { type Door, isOffered, SETTING_KINDS, type SettingKind, WILDCARD_CAPABILITIES } from './settings.ts'

type Json = Readonly<Record<string, unknown>>

/** A capability that is on for a bundle ID. */
export interface CapabilityRecord extends StoredRecord {
  readonly bundleId: string
  readonly capabilityType: string
  /** The options that are on, of the capability's one setting; null when it has none. */
  readonly options: readonly string[] | null
  /** What a service ID's sign-in on the web was given on the portal: domains and return addresses, in Apple's form. */
  readonly inputs?: readonly Json[]
}

/** The bundle ID that a capability belongs to, as far as the rules look at it. */
export interface CapabilityOwner {
  readonly id: string
  readonly identifier: string
}

/** The team's capabilities. */
export const capabilities: StoreDefinition<CapabilityRecord> = {
  name: 'bundleIdCapabilities',
  indexes: { bundleId: (record) => [record.bundleId] },
}

/** The capabilities of a bundle ID, oldest first. */
export function capabilitiesOf(scene: Scene, bundleId: string): CapabilityRecord[] {
  return storeOf(scene.team, capabilities).by('bundleId', bundleId)
}

function capabilityId(bundleId: string, capabilityType: string): string {
  // Observed: `NLRN94JD59_GAME_CENTER_IOS`, others without a platform.
  return capabilityType === 'GAME_CENTER' ? `${bundleId}_GAME_CENTER_IOS` : `${bundleId}_${capabilityType}`
}

function refuseSetting(detail: string): never {
  throw invalidAttribute('settings', detail)
}

function onlyKeys(object: Json, allowed: readonly string[]): void {
  const extra = Object.keys(object).find((name) => !allowed.includes(name) && object[name] !== null)
  if (extra !== undefined) refuseSetting(`The attribute '${extra}' of a setting is read-only and can not be set`)
}

function enabledOptions(setting: Json, capabilityType: string, kind: SettingKind): string[] {
  onlyKeys(setting, ['key', 'options'])
  if (setting.key !== kind.key) {
    refuseSetting(`'${String(setting.key)}' is not a setting of the capability '${capabilityType}'`)
  }
  const options: unknown[] = Array.isArray(setting.options) ? setting.options : []
  return options.flatMap((option) => {
    const object: Json = typeof option === 'object' && option !== null ? { ...option } : {}
    onlyKeys(object, ['key', 'enabled'])
    const key = String(object.key)
    if (!kind.options.some((known) => known.key === key)) refuseSetting(`'${key}' is not an option of '${kind.key}'`)
    return object.enabled === false ? [] : [key]
  })
}

/** Reads the `settings` of a write. `null` and nothing mean the setting's default. */
export function readSettings(
  capabilityType: string,
  settings: unknown,
  door: Door = 'documented',
): readonly string[] | null {
  const kind = SETTING_KINDS[capabilityType]
  if (!Array.isArray(settings) || settings.length === 0) {
    const defaults = kind?.options.filter((option) => option.isDefault) ?? []
    return defaults.length === 0 ? null : defaults.map((option) => option.key)
  }
  if (kind === undefined || (kind.isPortalOnly === true && door === 'documented')) {
    refuseSetting(`The capability '${capabilityType}' has no settings`)
  }
  const enabled = settings.flatMap((setting: Json) => enabledOptions(setting, capabilityType, kind))
  if (enabled.length === 0 && kind.minInstances === 0) return null
  if (enabled.length !== 1) refuseSetting(`Exactly one option of '${kind.key}' must be enabled`)
  return enabled
}

/** Switches a capability on without asking whether a client may. */
export function addCapability(
  scene: Scene,
  owner: CapabilityOwner,
  capabilityType: string,
  settings: unknown,
  door: Door = 'documented',
): CapabilityRecord {
  return storeOf(scene.team, capabilities).add({
    id: capabilityId(owner.id, capabilityType),
    visibleAt: visibleAt(scene, capabilities.name),
    bundleId: owner.id,
    capabilityType,
    options: readSettings(capabilityType, settings, door),
  })
}

/** Switches a capability on for a client; the bundle ID's profiles become INVALID. */
export function enableCapability(
  scene: Scene,
  owner: CapabilityOwner,
  capabilityType: string,
  settings: unknown,
  door: Door = 'documented',
): CapabilityRecord {
  if (!isOffered(capabilityType, door)) {
    throw invalidAttribute(
      'capabilityType',
      `'${capabilityType}' is not a valid value for the attribute 'capabilityType'`,
    )
  }
  if (owner.identifier.endsWith('*') && !WILDCARD_CAPABILITIES.has(capabilityType)) {
    throw conflict(`The capability '${capabilityType}' is not available for the wildcard App ID '${owner.identifier}'`)
  }
  if (capabilitiesOf(scene, owner.id).some((one) => one.capabilityType === capabilityType)) {
    throw conflict(`The capability '${capabilityType}' is already enabled for the bundle '${owner.id}'`)
  }
  const record = addCapability(scene, owner, capabilityType, settings, door)
  invalidateProfilesOfBundleId(scene, owner.id)
  return record
}

/** Changes the settings of a capability; the bundle ID's profiles become INVALID. */
export function changeCapability(
  scene: Scene,
  record: CapabilityRecord,
  settings: unknown,
  door: Door = 'documented',
): CapabilityRecord {
  const options = readSettings(record.capabilityType, settings, door)
  const changed = storeOf(scene.team, capabilities).change(record, { options })
  invalidateProfilesOfBundleId(scene, record.bundleId)
  return changed
}

/** Switches a capability off; the bundle ID's profiles become INVALID. */
export function disableCapability(scene: Scene, record: CapabilityRecord): void {
  storeOf(scene.team, capabilities).remove(record.id)
  invalidateProfilesOfBundleId(scene, record.bundleId)
}

/** Forgets the capabilities of a bundle ID that is deleted. */
export function removeCapabilitiesOf(scene: Scene, bundleId: string): void {
  for (const record of capabilitiesOf(scene, bundleId)) storeOf(scene.team, capabilities).remove(record.id)
}
