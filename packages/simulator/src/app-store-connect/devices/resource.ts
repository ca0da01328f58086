import { storeOf } from '../../world/team.ts'
import { PLATFORMS } from '../bundle-ids/platforms.ts'
import { provisioningDate } from '../json-api/document.ts'
import { invalidAttribute } from '../json-api/errors.ts'
import { contains, equals } from '../json-api/filters.ts'
import type { Resource } from '../json-api/resource.ts'
import { onlySeedFields, optionalSeedText, seedText } from '../json-api/seeding.ts'
import { changeDevice, type DeviceRecord, devices, plainUdid, registerDevice, statusOf } from './state.ts'

const STATUSES = ['ENABLED', 'DISABLED'] as const
const SEED_STATUSES = ['ENABLED', 'DISABLED', 'INELIGIBLE'] as const

/** Test devices; never deleted. Source: developer.apple.com/documentation/appstoreconnectapi/devices */
export const deviceResource: Resource<DeviceRecord> = {
  type: 'devices',
  attributeNames: ['name', 'platform', 'udid', 'deviceClass', 'status', 'model', 'addedDate'],
  attributes: (record, scene) => ({
    addedDate: provisioningDate(record.addedAt),
    name: record.name,
    deviceClass: record.deviceClass,
    model: record.model,
    udid: record.udid,
    platform: record.platform,
    status: statusOf(scene, record),
  }),
  relationships: {},
  find: (scene, id) => storeOf(scene.team, devices).get(id),
  filters: {
    id: equals((record) => record.id),
    name: contains((record) => record.name),
    udid: { matches: (record, value) => plainUdid(record.udid).includes(plainUdid(value)) },
    platform: equals((record) => record.platform, PLATFORMS),
    status: { values: STATUSES, matches: (record, value, scene) => statusOf(scene, record) === value },
  },
  sorts: {
    id: (record) => record.id,
    name: (record) => record.name,
    platform: (record) => record.platform,
    udid: (record) => record.udid,
    status: (record, scene) => statusOf(scene, record),
  },
  list: (scene) => storeOf(scene.team, devices).values(),
  isReadable: true,
  create: {
    body: {
      attributes: {
        name: { kind: 'string', isRequired: true },
        platform: { kind: 'string', isRequired: true, values: PLATFORMS },
        udid: { kind: 'string', isRequired: true },
      },
    },
    run: ({ attributes }, call) =>
      registerDevice(call, {
        name: String(attributes.name),
        platform: String(attributes.platform),
        udid: String(attributes.udid),
      }),
  },
  update: {
    body: {
      attributes: {
        name: { kind: 'string', isNullable: true },
        status: { kind: 'string', isNullable: true, values: STATUSES },
      },
    },
    run({ attributes }, call, record) {
      const name = typeof attributes.name === 'string' ? { name: attributes.name } : {}
      const status = STATUSES.find((one) => one === attributes.status)
      return changeDevice(call, record, { ...name, ...(status === undefined ? {} : { status }) })
    },
  },
  permission: (access) => (access === 'read' ? 'identifiers:read' : 'devices:write'),
  seed(scene, item) {
    onlySeedFields(item, ['name', 'udid', 'platform', 'deviceClass', 'model', 'status', 'processingMs'])
    const udid = seedText(item, 'udid')
    const deviceClass = optionalSeedText(item, 'deviceClass')
    const record = registerDevice(scene, {
      name: optionalSeedText(item, 'name') ?? udid,
      platform: optionalSeedText(item, 'platform') ?? 'IOS',
      udid,
      model: optionalSeedText(item, 'model') ?? null,
      ...(deviceClass === undefined ? {} : { deviceClass }),
    })
    const status = SEED_STATUSES.find((one) => one === (optionalSeedText(item, 'status') ?? 'ENABLED'))
    if (status === undefined) throw invalidAttribute('status', `'status' must be one of ${SEED_STATUSES.join(', ')}`)
    const processingUntil =
      typeof item.processingMs === 'number' ? scene.now + item.processingMs : record.processingUntil
    return storeOf(scene.team, devices).change(record, { status, processingUntil })
  },
}
