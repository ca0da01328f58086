import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'
import { newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { apps } from '../apps/state.ts'
import { notFound } from '../json-api/errors.ts'

/** A person of the team. */
export interface UserRecord extends StoredRecord {
  readonly username: string
  readonly firstName: string
  readonly lastName: string
  readonly roles: readonly string[]
  readonly allAppsVisible: boolean
  readonly provisioningAllowed: boolean
  readonly visibleAppIds: readonly string[]
}

/** The team's people. */
export const users: StoreDefinition<UserRecord> = { name: 'users', indexes: {} }

/** Roles in Apple's document (`UserRole`). */
export const USER_ROLES = [
  'ADMIN',
  'FINANCE',
  'ACCOUNT_HOLDER',
  'SALES',
  'MARKETING',
  'APP_MANAGER',
  'DEVELOPER',
  'ACCESS_TO_REPORTS',
  'CUSTOMER_SUPPORT',
  'CREATE_APPS',
  'CLOUD_MANAGED_DEVELOPER_ID',
  'CLOUD_MANAGED_APP_DISTRIBUTION',
  'GENERATE_INDIVIDUAL_KEYS',
] as const

/** Adds a person to the team, as an accepted invitation does. */
export function addUser(scene: Scene, wish: Omit<UserRecord, 'id' | 'seq' | 'visibleAt'>): UserRecord {
  return storeOf(scene.team, users).add({
    ...wish,
    id: newUuid(scene.world.random),
    visibleAt: visibleAt(scene, users.name),
  })
}

/** Changes which apps a person sees. */
export function linkVisibleApps(
  scene: Scene,
  record: UserRecord,
  ids: readonly string[],
  how: 'add' | 'replace' | 'remove',
): UserRecord {
  const unknown = ids.find((id) => storeOf(scene.team, apps).get(id) === undefined)
  if (unknown !== undefined) throw notFound('apps', unknown)
  const present = record.visibleAppIds
  const linked = {
    add: () => [...new Set([...present, ...ids])],
    replace: () => [...ids],
    remove: () => present.filter((id) => !ids.includes(id)),
  }
  return storeOf(scene.team, users).change(record, { visibleAppIds: linked[how]() })
}
