import type { AppId, TestDeviceId, UserId } from '@cordon/core/ids'
import type { Instant } from '@cordon/core/instant'
import type { Queries, Tx } from '../../platform/db/database.ts'
import { type Page, type PageRequest, pageOf, positionOf } from '../../platform/db/page.ts'

/** A test device of a person. */
export interface TestDeviceRow {
  readonly id: TestDeviceId
  /** Positive, stable: the id on the build protocol. */
  readonly number: number
  readonly title: string
  /** As typed. */
  readonly identifier: string
  readonly owner: { readonly id: UserId; readonly name: string; readonly email: string }
  readonly createdAt: Instant
}

/** What is kept of a new device. */
export interface NewTestDeviceRow {
  readonly id: TestDeviceId
  readonly number: number
  readonly userId: UserId
  readonly title: string
  readonly identifier: string
  readonly identifierKey: string
  readonly at: Instant
}

/** Keeps a device. Fails as a duplicate when the person has one with this identifier. */
export async function insertTestDevice(tx: Tx, device: NewTestDeviceRow): Promise<void> {
  await tx
    .insertInto('test_devices')
    .values({
      id: device.id,
      serial: device.number,
      user_id: device.userId,
      title: device.title,
      identifier: device.identifier,
      identifier_key: device.identifierKey,
      created_at: device.at,
      updated_at: device.at,
    })
    .execute()
}

function devices(queries: Queries) {
  return queries
    .selectFrom('test_devices as d')
    .innerJoin('users as u', 'u.id', 'd.user_id')
    .select(['d.id', 'd.serial', 'd.title', 'd.identifier', 'd.created_at', 'u.id as owner_id', 'u.name', 'u.email'])
}

type Result = Awaited<ReturnType<ReturnType<typeof devices>['execute']>>[number]

function toDevice(row: Result): TestDeviceRow {
  return {
    id: row.id,
    number: row.serial,
    title: row.title,
    identifier: row.identifier,
    owner: { id: row.owner_id, name: row.name, email: row.email },
    createdAt: row.created_at,
  }
}

async function pageOfDevices(query: ReturnType<typeof devices>, request: PageRequest): Promise<Page<TestDeviceRow>> {
  const after = positionOf(request, 'number')
  const from = after === undefined ? query : query.where('d.serial', '>', after[0])
  const rows = await from
    .orderBy('d.serial')
    .limit(request.limit + 1)
    .execute()
  return pageOf(rows, request, (row) => [row.serial], toDevice)
}

/** A person's devices, oldest first. */
export function listDevicesOf(queries: Queries, userId: UserId, request: PageRequest): Promise<Page<TestDeviceRow>> {
  return pageOfDevices(devices(queries).where('d.user_id', '=', userId), request)
}

/** Devices of everybody in an app's team, oldest first. */
export function listDevicesOfApp(queries: Queries, appId: AppId, request: PageRequest): Promise<Page<TestDeviceRow>> {
  const ofTeam = devices(queries).where('d.user_id', 'in', (team) =>
    team.selectFrom('memberships').select('user_id').where('app_id', '=', appId),
  )
  return pageOfDevices(ofTeam, request)
}

/** One of a person's devices, by id. */
export async function findDevice(
  queries: Queries,
  userId: UserId,
  id: TestDeviceId,
): Promise<TestDeviceRow | undefined> {
  const row = await devices(queries).where('d.id', '=', id).where('d.user_id', '=', userId).executeTakeFirst()
  return row && toDevice(row)
}

/** The person's device with an identifier. */
export async function findByIdentifier(
  queries: Queries,
  userId: UserId,
  identifierKey: string,
): Promise<TestDeviceRow | undefined> {
  const row = await devices(queries)
    .where('d.identifier_key', '=', identifierKey)
    .where('d.user_id', '=', userId)
    .executeTakeFirst()
  return row && toDevice(row)
}

/** Removes a device. */
export async function deleteDevice(tx: Tx, id: TestDeviceId): Promise<void> {
  await tx.deleteFrom('test_devices').where('id', '=', id).execute()
}
