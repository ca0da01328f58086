import type { ConnectionCheck, HealthState } from '@cordon/api/connections/schema'
import type { AppleIdContext } from '@cordon/apple/apple-id/context'
import type { ConnectionId, UserId } from '@cordon/core/ids'
import type { Clock, Instant } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import type { Audit } from '../../platform/audit/audit.ts'
import type { Db, Queries, Tx } from '../../platform/db/database.ts'
import type { Ids, RandomBytes } from '../../platform/ids.ts'
import type { Jobs } from '../../platform/jobs/jobs.ts'
import type { Locks } from '../../platform/locks/locks.ts'
import type { Tell } from '../../platform/notice.ts'
import type { Sleep } from '../../platform/sleep.ts'
import type { Quota } from '../../platform/throttle/quota.ts'
import type { Throttle } from '../../platform/throttle/throttle.ts'
import type { Vault } from '../../platform/vault/vault.ts'

/** What is kept of an Apple ID beside its session. */
export interface HeldAppleId {
  /** Lower case. */
  readonly accountName: string
  readonly password: Secret<string>
  readonly appSpecificPassword: Secret<string> | undefined
}

/** A connection of the type Apple ID, without its secret. */
export interface AppleIdConnection {
  readonly id: ConnectionId
  readonly name: string
  readonly ownerId: UserId
  /** The owner's account is disabled: nothing of the connection is used. */
  readonly ownerDisabled: boolean
  readonly accountName: string
}

/** What came of asking Apple about a session. */
export interface AppleIdHealth {
  readonly state: HealthState
  readonly checks: readonly ConnectionCheck[]
  readonly checkedAt: Instant
}

/** What this feature needs of connections. Who may is decided here. */
export interface AppleIdConnections {
  readonly requireFree: (accountName: string, ownerId: UserId) => Promise<void>
  readonly find: (id: ConnectionId) => Promise<AppleIdConnection>
  readonly findOwn: (id: ConnectionId, userId: UserId) => Promise<AppleIdConnection>
  readonly open: (id: ConnectionId) => Promise<HeldAppleId>
  readonly add: (
    connection: { readonly name: string; readonly ownerId: UserId },
    held: HeldAppleId,
    health: AppleIdHealth,
  ) => Promise<{ readonly id: ConnectionId; readonly write: (tx: Tx) => Promise<void> }>
  readonly replace: (id: ConnectionId, change: (held: HeldAppleId) => HeldAppleId) => Promise<(tx: Tx) => Promise<void>>
  readonly setHealth: (tx: Tx, id: ConnectionId, health: AppleIdHealth) => Promise<void>
}

export interface AppleSignInPorts {
  readonly connections: AppleIdConnections
  readonly tell: Tell
  /** Owners and admins of the apps that use a connection. */
  readonly leadsUsing: (queries: Queries, id: ConnectionId) => Promise<readonly UserId[]>
  /** Reports to the operator's webhook. */
  readonly report: (
    tx: Tx,
    event: { readonly type: string; readonly data: Readonly<Record<string, unknown>> },
  ) => Promise<void>
}

export interface AppleSignInParts extends AppleSignInPorts {
  readonly db: Db
  readonly vault: Vault
  readonly audit: Audit
  readonly ids: Ids
  readonly clock: Clock
  readonly locks: Locks
  readonly jobs: Jobs
  readonly sleep: Sleep
  readonly randomBytes: RandomBytes
  readonly publicUrl: () => string
  /** Slower than for Cordon's own passwords: Apple locks accounts. */
  readonly throttle: Throttle
  /** How often Apple is asked, whatever comes of it; in an hour. */
  readonly quota: Quota
  /** Keys go to a stand-in and Apple IDs to Apple, or the other way round: then no password and no cookie leaves. */
  readonly isMixed: boolean
  /** The way to Apple for one account; the only one. */
  readonly context: () => AppleIdContext
}
