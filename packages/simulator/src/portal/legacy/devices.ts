import {
  changeDevice,
  type DeviceRecord,
  devices,
  plainUdid,
  registerDevice,
  statusOf,
} from '../../app-store-connect/devices/state.ts'
import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { type Action, type LegacyCall, type Result, reads, type Slug, writes } from './action.ts'
import { asLegacyError, invalidParameter } from './errors.ts'
import { pageOf } from './paging.ts'

/** The legacy portal's words for device classes. */
const CLASSES: readonly (readonly [legacy: string, deviceClass: string])[] = [
  ['iphone', 'IPHONE'],
  ['ipad', 'IPAD'],
  ['ipod', 'IPOD'],
  ['watch', 'APPLE_WATCH'],
  ['tvOS', 'APPLE_TV'],
  ['visionPro', 'APPLE_VISION_PRO'],
  ['mac', 'MAC'],
]
const STATUSES = { ENABLED: 'c', DISABLED: 'r', PROCESSING: 'p', INELIGIBLE: 'r' } as const
const PLATFORM: Readonly<Record<Slug, string>> = { ios: 'IOS', mac: 'MAC_OS' }

function isMac(record: DeviceRecord): boolean {
  return record.platform === 'MAC_OS'
}

function legacyClass(deviceClass: string): string {
  return CLASSES.find(([, one]) => one === deviceClass)?.[0] ?? 'mac'
}

/** A device as the legacy portal tells it. */
export function legacyDevice(scene: Scene, record: DeviceRecord): Result {
  return {
    deviceId: record.id,
    name: record.name,
    deviceNumber: record.udid,
    devicePlatform: isMac(record) ? 'mac' : 'ios',
    status: STATUSES[statusOf(scene, record)],
    model: record.model,
    deviceClass: legacyClass(record.deviceClass),
  }
}

function list(call: LegacyCall): Result {
  const { form, slug } = call
  const classes = form.list('deviceClasses')
  const all = storeOf(call.team, devices)
    .values()
    .filter((record) => isMac(record) === (slug === 'mac'))
    .filter((record) => form.isTrue('includeRemovedDevices') || statusOf(call, record) !== 'DISABLED')
    .filter((record) => classes.length === 0 || classes.includes(legacyClass(record.deviceClass)))
  const { items, numbers } = pageOf(
    all.map((record) => legacyDevice(call, record)),
    form,
  )
  return { devices: items, ...numbers }
}

function deviceClassOf(word: string | undefined): { readonly deviceClass?: string } {
  const deviceClass = CLASSES.find(([legacy]) => legacy.toLowerCase() === word?.toLowerCase())?.[1]
  return deviceClass === undefined ? {} : { deviceClass }
}

/** Names may hold commas: only when there are more devices than names are they taken for a list. */
function nameAt({ form }: LegacyCall, index: number, count: number): string {
  const names = form.all('deviceNames')
  return (names.length === count ? names : form.list('deviceNames'))[index] ?? ''
}

function addOne(call: LegacyCall, udid: string, index: number, count: number): DeviceRecord {
  const { form, slug } = call
  const platform = PLATFORM[slug]
  const wish = {
    name: nameAt(call, index, count),
    platform,
    udid,
    ...deviceClassOf(form.list('deviceClasses')[index]),
  }
  try {
    return registerDevice(call, wish)
  } catch (error) {
    const { message } = asLegacyError(error)
    const failed = { deviceNumber: udid, name: wish.name, reason: message }
    throw invalidParameter('deviceNumbers', message, { devices: [], failedDevices: [failed] })
  }
}

function add(call: LegacyCall): Result {
  const udids = call.form.list('deviceNumbers')
  if (udids.length === 0) throw invalidParameter('deviceNumbers', 'Provide at least one device.', { devices: [] })
  const added = udids.map((udid, index) => addOne(call, udid, index, udids.length))
  return {
    devices: added.map((record) => legacyDevice(call, record)),
    failedDevices: [],
    nextDeviceResetDate: null,
  }
}

function named(call: LegacyCall, ...names: readonly string[]): DeviceRecord {
  const store = storeOf(call.team, devices)
  const name = names.find((one) => call.form.text(one) !== undefined) ?? names[0] ?? 'deviceId'
  const id = call.form.text(name) ?? ''
  const record = store.get(id) ?? store.by('udid', plainUdid(call.form.text('deviceNumber') ?? ''))[0]
  if (record !== undefined) return record
  throw invalidParameter(name, `There is no device with ID '${id.slice(0, 40)}' on this team.`)
}

const BASE = 'account/{p}/device'

/** Devices; "delete" disables. Source: spaceship `portal/portal_client.rb` (2.237). */
export const deviceActions: readonly Action[] = [
  reads(`${BASE}/listDevices.action`, list),
  writes(`${BASE}/addDevices.action`, 'devices:write', add),
  writes(`${BASE}/deleteDevice.action`, 'devices:write', (call) => {
    changeDevice(call, named(call, 'deviceId'), { status: 'DISABLED' })
    return {}
  }),
  writes(`${BASE}/enableDevice.action`, 'devices:write', (call) => ({
    device: legacyDevice(call, changeDevice(call, named(call, 'displayId', 'deviceId'), { status: 'ENABLED' })),
  })),
]
