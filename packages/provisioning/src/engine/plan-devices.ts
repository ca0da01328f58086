import type { Desired } from './desired.ts'
import { deviceFamily, type TestDevice, udidKey } from './devices.ts'
import type { ActionOf } from './model.ts'
import type { Warning } from './notices.ts'
import type { PortalDevice } from './port.ts'
import { DISTRIBUTIONS } from './profile-kinds.ts'
import { slotsOf } from './slots.ts'

/** A device that is still to be registered, and the profiles that will list it. */
export interface PendingDevice {
  readonly udid: string
  readonly family: 'ios' | 'macos'
}

export interface DevicePlan {
  readonly actions: readonly ActionOf<'register-device'>[]
  readonly pending: readonly PendingDevice[]
  readonly warnings: readonly Warning[]
}

const LISTED = 5
const MAC_UUID = /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/

/** What keeps a device out of profiles, in words, and what to do. */
const OUTSIDE = {
  processing: {
    why: 'still being processed by Apple (24 to 72 hours in new or renewed memberships)',
    remedy: 'Wait; the first run after that takes them in.',
  },
  ineligible: {
    why: 'not eligible yet (up to 30 days in new or renewed memberships)',
    remedy: 'Wait; the first run after that takes them in.',
  },
  disabled: {
    why: 'disabled',
    remedy: 'Enable them at https://developer.apple.com/account/resources/devices/list if they shall run the app.',
  },
  other: {
    why: 'in a state unknown here',
    remedy: 'Look at them at https://developer.apple.com/account/resources/devices/list.',
  },
} as const satisfies Record<Exclude<PortalDevice['status'], 'enabled'>, { why: string; remedy: string }>

/** Plans the registration of devices, and says which devices of the team stay outside of profiles. */
export function planDevices(desired: Desired, atApple: readonly PortalDevice[]): DevicePlan {
  const known = new Set(atApple.map(({ udid }) => udidKey(udid)))
  const missing = desired.devices.filter(({ udid }) => !known.has(udidKey(udid)))
  const pending = missing.map((device) => ({ ...device, family: familyOf(device, desired) }))
  return {
    actions: pending.map((device) => ({
      kind: 'register-device',
      subject: device.udid,
      reason: `the team does not have test device "${device.name}"`,
      device: { udid: device.udid, name: device.name },
      family: device.family,
    })),
    pending,
    warnings: [...refusedDevices(desired), ...devicesOutside(desired, atApple)],
  }
}

/** Says whether a wish has anything to do with devices. */
export function concernsDevices(desired: Desired): boolean {
  return (
    desired.devices.length > 0 || slotsOf(desired).some(({ distribution }) => DISTRIBUTIONS[distribution].listsDevices)
  )
}

// Apple itself finds out what a device is; the platform only has to be right for Macs.
function familyOf({ udid }: TestDevice, { bundleIds }: Desired): 'ios' | 'macos' {
  const isForMacsOnly = bundleIds.every(({ platform }) => deviceFamily(platform) === 'macos')
  return isForMacsOnly || MAC_UUID.test(udid) ? 'macos' : 'ios'
}

function refusedDevices({ refusedDevices }: Desired): readonly Warning[] {
  return refusedDevices.map(({ given, reason }) => ({
    subject: given,
    text: `test device "${given}" was left out: ${reason}`,
    remedy: 'Correct the UDID in the list of test devices.',
  }))
}

function devicesOutside(desired: Desired, atApple: readonly PortalDevice[]): readonly Warning[] {
  if (!concernsDevices(desired)) return []
  const families = new Set(desired.bundleIds.map(({ platform }) => deviceFamily(platform)))
  const concerned = atApple.filter(({ family }) => families.has(family))
  return Object.entries(OUTSIDE).flatMap(([status, { why, remedy }]) => {
    const names = concerned.filter((device) => device.status === status).map(({ name, udid }) => `${name} (${udid})`)
    return names.length === 0
      ? []
      : [{ subject: 'devices', text: `not in any profile, because ${why}: ${list(names)}`, remedy }]
  })
}

function list(names: readonly string[]): string {
  const sorted = [...names].sort()
  return sorted.length <= LISTED
    ? sorted.join(', ')
    : `${sorted.slice(0, LISTED).join(', ')} and ${sorted.length - LISTED} more`
}
