import { testDeviceErrors } from '@cordon/api/test-devices/errors'
import type { AppId, TestDeviceId, UserId } from '@cordon/core/ids'
import type { Clock } from '@cordon/core/instant'
import type { Audit } from '../../platform/audit/audit.ts'
import type { Db } from '../../platform/db/database.ts'
import type { Page, PageRequest } from '../../platform/db/page.ts'
import { isDuplicate, nextNumber } from '../../platform/db/sql.ts'
import type { By } from '../../platform/http/by.ts'
import { actorOf } from '../../platform/http/principal.ts'
import { transactionBy } from '../../platform/http/transaction-by.ts'
import type { Ids } from '../../platform/ids.ts'
import {
  deleteDevice,
  findByIdentifier,
  findDevice,
  insertTestDevice,
  listDevicesOf,
  listDevicesOfApp,
  type TestDeviceRow,
} from './store.ts'

export interface TestDeviceParts {
  readonly db: Db
  readonly audit: Audit
  readonly ids: Ids
  readonly clock: Clock
}

/** Phones and other devices that people want their builds to run on. Nothing happens at Apple here. */
export interface TestDevices {
  list(userId: UserId, request: PageRequest): Promise<Page<TestDeviceRow>>
  /** Throws `test_device.already_added`. */
  add(device: { readonly title: string; readonly identifier: string }, by: By): Promise<TestDeviceRow>
  /** Throws `test_device.not_found`, also for somebody else's. */
  remove(id: TestDeviceId, by: By): Promise<void>
  /** Devices of everybody in the team, whatever their role. */
  ofApp(appId: AppId, request: PageRequest): Promise<Page<TestDeviceRow>>
}

/** Makes the feature. */
export function createTestDevices(parts: TestDeviceParts): TestDevices {
  return {
    list: (userId, request) => listDevicesOf(parts.db.queries, userId, request),
    add: (device, by) => add(parts, device, by),
    remove: (id, by) => remove(parts, id, by),
    ofApp: (appId, request) => listDevicesOfApp(parts.db.queries, appId, request),
  }
}

/** What two spellings of one UDID have in common: clients compare without hyphens and case. */
export function identifierKey(identifier: string): string {
  return identifier.toLowerCase().replaceAll('-', '')
}

async function add(
  parts: TestDeviceParts,
  device: { readonly title: string; readonly identifier: string },
  by: By,
): Promise<TestDeviceRow> {
  const { userId, name } = by.principal
  const id = parts.ids('testDevice')
  const key = identifierKey(device.identifier)
  try {
    await transactionBy(parts, by, async (tx) => {
      const number = await nextNumber(tx, 'test_device')
      await insertTestDevice(tx, { ...device, id, number, userId, identifierKey: key, at: parts.clock.now() })
      const summary = `${name} added the test device "${device.title}".`
      await parts.audit.append(tx, event(by, { id, title: device.title }, 'test_device.added', summary))
    })
  } catch (error) {
    if (!isDuplicate(error, 'identifier_key')) throw error
    throw await alreadyAdded(parts, userId, key, error)
  }
  return requireDevice(parts, userId, id)
}

async function alreadyAdded({ db }: TestDeviceParts, userId: UserId, key: string, cause: unknown): Promise<unknown> {
  const existing = await findByIdentifier(db.queries, userId, key)
  if (existing === undefined) return cause
  return testDeviceErrors.already_added({ testDeviceId: existing.id, title: existing.title }, { cause })
}

async function remove(parts: TestDeviceParts, id: TestDeviceId, by: By): Promise<void> {
  await transactionBy(parts, by, async (tx) => {
    const device = await findDevice(tx, by.principal.userId, id)
    if (device === undefined) throw testDeviceErrors.not_found()
    await deleteDevice(tx, id)
    const summary = `${by.principal.name} removed the test device "${device.title}".`
    await parts.audit.append(tx, event(by, device, 'test_device.removed', summary))
  })
}

async function requireDevice({ db }: TestDeviceParts, userId: UserId, id: TestDeviceId): Promise<TestDeviceRow> {
  const device = await findDevice(db.queries, userId, id)
  if (device === undefined) throw testDeviceErrors.not_found()
  return device
}

function event(by: By, device: { readonly id: TestDeviceId; readonly title: string }, action: string, summary: string) {
  const object = { kind: 'test_device', id: device.id, name: device.title }
  return { actor: actorOf(by.principal), action, object, summary, requestId: by.requestId }
}
