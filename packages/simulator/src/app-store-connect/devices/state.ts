import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'
import { newAppleId } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { conflict, invalidAttribute } from '../json-api/errors.ts'
import { invalidateProfilesOfDevice } from '../profiles/store.ts'

/** What a device is at Apple. PROCESSING and INELIGIBLE are not in Apple's document, but in its answers. */
export type DeviceStatus = 'ENABLED' | 'DISABLED' | 'PROCESSING' | 'INELIGIBLE'

/** A registered device. */
export interface DeviceRecord extends StoredRecord {
  readonly name: string
  readonly platform: string
  /** In Apple's spelling. */
  readonly udid: string
  readonly deviceClass: string
  /** What holds when it is not being processed. */
  readonly status: 'ENABLED' | 'DISABLED' | 'INELIGIBLE'
  /** PROCESSING until then (epoch ms); null: not processed. */
  readonly processingUntil: number | null
  readonly model: string | null
  readonly addedAt: number
}

/** What a client says of a new device; class and model only in seeds. */
export interface NewDevice {
  readonly name: string
  readonly platform: string
  readonly udid: string
  readonly deviceClass?: string
  readonly model?: string | null
}

/** The team's devices. */
export const devices: StoreDefinition<DeviceRecord> = {
  name: 'devices',
  indexes: {
    udid: (record) => [plainUdid(record.udid)],
    class: (record) => [record.deviceClass],
  },
}

/** Apple knows the class from the UDID; the simulator guesses it from the name. */
const CLASS_HINTS: readonly (readonly [RegExp, string])[] = [
  [/ipad/i, 'IPAD'],
  [/ipod/i, 'IPOD'],
  [/watch/i, 'APPLE_WATCH'],
  [/apple ?tv/i, 'APPLE_TV'],
  [/vision/i, 'APPLE_VISION_PRO'],
]

/** The forms of a UDID: 40 hex digits until 2018, 8-16 since, a hardware UUID on Macs. */
const UDID_FORMS: readonly { readonly form: RegExp; readonly isMacOnly: boolean; readonly isUpper: boolean }[] = [
  { form: /^[0-9a-f]{40}$/i, isMacOnly: false, isUpper: false },
  { form: /^[0-9a-f]{8}-[0-9a-f]{16}$/i, isMacOnly: false, isUpper: true },
  { form: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, isMacOnly: true, isUpper: true },
]

/** A UDID for comparison: no case, no dashes. */
export function plainUdid(udid: string): string {
  return udid.toLowerCase().replaceAll('-', '')
}

function spelled(udid: string, platform: string): string {
  const known = UDID_FORMS.find(({ form }) => form.test(udid))
  if (known === undefined || (known.isMacOnly && platform !== 'MAC_OS')) {
    throw invalidAttribute('udid', `An invalid value '${udid.slice(0, 100)}' was provided for the parameter 'udid'.`)
  }
  return known.isUpper ? udid.toUpperCase() : udid.toLowerCase()
}

function classOf(wish: NewDevice): string {
  if (wish.deviceClass !== undefined) return wish.deviceClass
  if (wish.platform === 'MAC_OS') return 'MAC'
  return CLASS_HINTS.find(([hint]) => hint.test(wish.name))?.[1] ?? 'IPHONE'
}

function processingUntil(scene: Scene): number | null {
  const rule = scene.world.settings.deviceProcessing
  const isProcessed = rule !== null && storeOf(scene.team, devices).values().length >= rule.afterDevices
  return isProcessed ? scene.now + rule.durationMs : null
}

/** What a device is now. */
export function statusOf(scene: Scene, record: DeviceRecord): DeviceStatus {
  return record.processingUntil !== null && record.processingUntil > scene.now ? 'PROCESSING' : record.status
}

/** Registers a device: one registration per UDID in any spelling, and no more of a class than the membership has. */
export function registerDevice(scene: Scene, wish: NewDevice): DeviceRecord {
  const store = storeOf(scene.team, devices)
  if (wish.name.trim() === '') throw invalidAttribute('name', 'The device name must not be empty')
  const udid = spelled(wish.udid, wish.platform)
  if (store.count('udid', plainUdid(udid)) > 0) {
    throw conflict(`A device with number '${wish.udid}' already exists on this team.`, '/data/attributes/udid')
  }
  const deviceClass = classOf(wish)
  if (store.count('class', deviceClass) >= scene.world.settings.devicesPerClass) {
    throw conflict(`Your development team has reached the maximum number of registered ${deviceClass} devices.`)
  }
  return store.add({
    id: newAppleId(scene.world.random),
    visibleAt: visibleAt(scene, devices.name),
    name: wish.name,
    platform: wish.platform === 'UNIVERSAL' ? 'IOS' : wish.platform,
    udid,
    deviceClass,
    status: 'ENABLED',
    processingUntil: processingUntil(scene),
    model: wish.model ?? null,
    addedAt: scene.now,
  })
}

/** Renames, disables or enables a device. Disabling frees no slot. */
export function changeDevice(
  scene: Scene,
  record: DeviceRecord,
  patch: { readonly name?: string; readonly status?: 'ENABLED' | 'DISABLED' },
): DeviceRecord {
  if (patch.status !== undefined && statusOf(scene, record) === 'PROCESSING') {
    throw invalidAttribute('status', 'The status can not be changed while the device is being processed')
  }
  if (patch.status === 'DISABLED') invalidateProfilesOfDevice(scene, record.id)
  return storeOf(scene.team, devices).change(record, patch)
}
