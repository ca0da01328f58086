import type { AppleSession, SubmittedKey } from '@cordon/api/connections/schema'
import type { AppId, ConnectionId } from '@cordon/core/ids'
import type { Clock } from '@cordon/core/instant'
import type { Audit } from '../../platform/audit/audit.ts'
import type { AuditInput } from '../../platform/audit/event.ts'
import type { Db, Tx } from '../../platform/db/database.ts'
import type { By } from '../../platform/http/by.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Tell } from '../../platform/notice.ts'
import type { Vault } from '../../platform/vault/vault.ts'
import type { SealedSecret } from './secret-store.ts'
import type { ConnectionRow, UseRow } from './store.ts'
import type { AnyConnectionType, Apple, KeyTypeName } from './types/connection-type.ts'

/** What connections need from the other features. All work inside the caller's transaction; events go to the log. */
export interface ConnectionPorts {
  readonly connectionTransferred: (tx: Tx, id: ConnectionId, by: By) => Promise<AuditInput[]>
  readonly connectionRestricted: (tx: Tx, id: ConnectionId, by: By) => Promise<AuditInput[]>
  readonly connectionRemoved: (tx: Tx, id: ConnectionId, by: By) => Promise<AuditInput[]>
  readonly revokeUse: (tx: Tx, id: ConnectionId, appId: AppId, by: By) => Promise<AuditInput[]>
  /** Asks Apple about the session of an Apple ID and keeps what came of it. */
  readonly trySession: (id: ConnectionId) => Promise<void>
  readonly tell: Tell
}

export interface ConnectionParts extends ConnectionPorts {
  readonly db: Db
  readonly vault: Vault
  readonly audit: Audit
  readonly ids: Ids
  readonly clock: Clock
  readonly apple: Apple
  readonly types: Readonly<Record<KeyTypeName, AnyConnectionType<SubmittedKey>>>
}

/** A connection as its owner sees it: how its session stands at this moment, and the apps that may use it. */
export interface ConnectionView extends Omit<ConnectionRow, 'session'> {
  readonly session: AppleSession | null
  readonly usedBy: readonly UseRow[]
}

/** What came of asking Apple about a stored connection. */
export type ConnectionTest = Pick<ConnectionView, 'state' | 'checkedAt' | 'checks' | 'session'>

/** What a person connects. */
export interface NewConnection {
  readonly type: KeyTypeName
  readonly name: string
  readonly key: SubmittedKey
  readonly storeUntested: boolean
}

/** A stored secret as the database gave it, for the release to a build. */
export interface StoredSecret extends SealedSecret {
  readonly connectionId: ConnectionId
  readonly type: KeyTypeName
}
