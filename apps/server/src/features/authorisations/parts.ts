import type { AppleSession, ConnectionCheck, HealthState } from '@cordon/api/connections/schema'
import type { ConnectionId } from '@cordon/core/ids'
import type { Clock, Instant } from '@cordon/core/instant'
import type { Audit } from '../../platform/audit/audit.ts'
import type { Db } from '../../platform/db/database.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Tell } from '../../platform/notice.ts'

/** What came of trying a connection against Apple. */
export interface ConnectionTest {
  readonly state: HealthState
  readonly checkedAt: Instant | null
  readonly checks: readonly ConnectionCheck[]
  readonly session: AppleSession | null
}

export interface AuthorisationParts {
  /** Asks Apple about a stored connection and keeps the answer. */
  readonly tryConnection: (id: ConnectionId) => Promise<ConnectionTest>
  readonly db: Db
  readonly audit: Audit
  readonly ids: Ids
  readonly clock: Clock
  readonly tell: Tell
}
