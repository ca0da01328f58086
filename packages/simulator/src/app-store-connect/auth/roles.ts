import type { ApiKey, KeyRole } from '../../world/api-key.ts'
import type { Person } from '../../world/person.ts'
import type { Settings } from '../../world/settings.ts'

/** Who asks, as far as rights and names depend on it: a key, or a person with a web session. */
export interface Actor {
  readonly isIndividualKey: boolean
  /** A key has one; a person may have several, and what one of them allows is allowed. */
  readonly roles: readonly KeyRole[]
  readonly provisioningAllowed: boolean
  /** Null when a key asks. */
  readonly person: Person | null
}

/** A key as an actor. */
export function actorOfKey(key: ApiKey): Actor {
  const { kind, role, provisioningAllowed } = key
  return { isIndividualKey: kind === 'individual', roles: [role], provisioningAllowed, person: null }
}

/** What an operation demands of a key. */
export type Permission =
  | 'users'
  | 'apps:read'
  | 'apps:write'
  | 'builds:upload'
  | 'identifiers:read'
  | 'identifiers:write'
  | 'devices:write'
  | 'signing:development'
  | 'signing:distribution'
  | 'signing:developer-id'

/** `granted`: the role alone suffices. `permitted`: with access to certificates, identifiers and profiles. Disputed ones name the setting that decides. */
type Right = 'granted' | 'permitted' | 'appManagerDistribution' | 'developerUploads'

const ALL: Readonly<Partial<Record<KeyRole, Right>>> = { ACCOUNT_HOLDER: 'granted', ADMIN: 'granted' }
const READERS: Readonly<Partial<Record<KeyRole, Right>>> = {
  ...ALL,
  APP_MANAGER: 'granted',
  DEVELOPER: 'granted',
  MARKETING: 'granted',
  SALES: 'granted',
  FINANCE: 'granted',
  CUSTOMER_SUPPORT: 'granted',
  ACCESS_TO_REPORTS: 'granted',
}

/** Who may do what. Source: Apple's page on program roles joined with observed 403 answers; see docs/simulator.md. */
const RIGHTS: Readonly<Record<Permission, Readonly<Partial<Record<KeyRole, Right>>>>> = {
  users: ALL,
  'apps:read': READERS,
  'apps:write': { ...ALL, APP_MANAGER: 'granted' },
  'builds:upload': { ...ALL, APP_MANAGER: 'granted', DEVELOPER: 'developerUploads' },
  'identifiers:read': { ...ALL, APP_MANAGER: 'granted', DEVELOPER: 'granted' },
  'identifiers:write': { ...ALL, APP_MANAGER: 'permitted' },
  'devices:write': { ...ALL, APP_MANAGER: 'permitted', DEVELOPER: 'granted' },
  'signing:development': { ...ALL, APP_MANAGER: 'permitted', DEVELOPER: 'granted' },
  'signing:distribution': { ...ALL, APP_MANAGER: 'appManagerDistribution' },
  'signing:developer-id': { ACCOUNT_HOLDER: 'granted' },
}

const OPEN_TO_INDIVIDUAL_KEYS: ReadonlySet<Permission> = new Set(['users', 'apps:read', 'apps:write', 'builds:upload'])

/** Whether a permission belongs to certificates, identifiers and profiles, which need an active membership. */
export function isProvisioning(permission: Permission): boolean {
  return !OPEN_TO_INDIVIDUAL_KEYS.has(permission)
}

/** Whether an actor may do this. Individual keys never reach provisioning, whatever their role. */
export function isAllowed(actor: Actor, permission: Permission, settings: Settings): boolean {
  if (actor.isIndividualKey && isProvisioning(permission)) return false
  return actor.roles.some((role) => {
    const right = RIGHTS[permission][role]
    if (right === undefined || right === 'granted') return right === 'granted'
    return right === 'permitted' ? actor.provisioningAllowed : settings[right]
  })
}
