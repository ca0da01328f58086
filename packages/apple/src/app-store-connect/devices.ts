import type { Answer } from '../transport/answer.ts'
import type { Perform } from '../transport/task.ts'
import { oneOf, type RawResource, readResource } from './document.ts'
import { requireForm } from './input.ts'
import { modifyResource, readResourceAt, targetIn } from './operations.ts'
import { type Listed, readList } from './paging.ts'
import { comparableUdid, type Device, deviceShape } from './wire/devices.ts'
import type { Platform } from './wire/platforms.ts'
import type { Open } from './wire/shape.ts'

const COLLECTION = '/v1/devices'

/** Test devices registered with the Apple team. Apple offers no deletion. */
export interface Devices {
  /**
   * Devices, all or those of some UDIDs. UDIDs are compared here, without case and dashes, because Apple keeps its own spelling.
   * Source: Apple, "List devices".
   */
  list(filter?: { readonly udids?: readonly string[] }): Promise<Listed<Device>>
  /** One device. Source: Apple, "Read device information". */
  read(id: string): Promise<Device>
  /**
   * Registers a device; it counts against the team's yearly limit even when disabled later.
   * Throws `apple.input_invalid`, `apple.device_exists`, `apple.device_limit_reached`. Source: Apple, "Register a new device".
   */
  create(device: { readonly name: string; readonly udid: string; readonly platform: Platform }): Promise<Device>
  /** Renames, enables or disables a device. Source: Apple, "Modify a registered device". */
  modify(
    id: string,
    change: { readonly name?: string; readonly status?: Open<'ENABLED' | 'DISABLED'> },
  ): Promise<Device>
}

/** The operations on devices. */
export function createDevices(perform: Perform): Devices {
  const readAt = (id: string) => readResourceAt(perform, targetIn(COLLECTION, id), readAnswer)

  const list: Devices['list'] = async ({ udids } = {}) => {
    if (udids?.length === 0) return { items: [], isTruncated: false }
    const raw = await readList(perform, { type: 'devices', path: COLLECTION, pattern: COLLECTION, canSortById: true })
    const items = raw.resources.map(readDevice)
    const wanted = udids && new Set(udids.map(comparableUdid))
    return {
      items: wanted ? items.filter(({ udid }) => udid !== undefined && wanted.has(comparableUdid(udid))) : items,
      isTruncated: raw.isTruncated,
    }
  }

  return {
    list,
    read: readAt,
    create: async ({ name, udid, platform }) => {
      const attributes = { name: requireForm('name', name, 'name'), udid: requireForm('udid', udid, 'udid'), platform }
      return perform({
        request: {
          method: 'POST',
          path: COLLECTION,
          pattern: COLLECTION,
          body: { data: { type: 'devices', attributes } },
        },
        read: readAnswer,
        reconcile: async () => found((await list({ udids: [udid] })).items[0]),
      })
    },
    modify: async (id, change) => {
      if (change.name !== undefined) requireForm('name', change.name, 'name')
      return modifyResource(perform, targetIn(COLLECTION, id), {
        body: { data: { type: 'devices', id, attributes: change } },
        read: readAnswer,
        current: () => readAt(id),
        isDone: (device) =>
          (change.name === undefined || device.name === change.name) &&
          (change.status === undefined || device.status === change.status),
      })
    },
  }
}

function found<T>(value: T | undefined): { value: T } | undefined {
  return value === undefined ? undefined : { value }
}

function readAnswer(answer: Answer): Device {
  return readDevice(oneOf(answer, 'devices'))
}

function readDevice(raw: RawResource): Device {
  return readResource(deviceShape, raw)
}
