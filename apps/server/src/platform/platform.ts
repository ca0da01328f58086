import type { Clock } from '@cordon/core/instant'
import type { Audit } from './audit/audit.ts'
import type { Config } from './config.ts'
import type { Db } from './db/database.ts'
import type { Ids, RandomBytes } from './ids.ts'
import type { Jobs } from './jobs/jobs.ts'
import type { Locks } from './locks/locks.ts'
import type { Log } from './log.ts'
import type { Sleep } from './sleep.ts'
import type { Throttle } from './throttle/throttle.ts'
import type { Vault } from './vault/vault.ts'

/** What every feature may use. Wired once, in `start.ts`. */
export interface Platform {
  readonly config: Config
  readonly db: Db
  readonly vault: Vault
  readonly audit: Audit
  readonly jobs: Jobs
  readonly locks: Locks
  readonly throttle: Throttle
  readonly clock: Clock
  readonly ids: Ids
  readonly randomBytes: RandomBytes
  readonly log: Log
  /** For requests to Apple. */
  readonly fetch: typeof fetch
  /** For waits between tries at Apple. */
  readonly sleep: Sleep
  /** Public address without a trailing slash; known once the server listens. */
  readonly publicUrl: () => string
}
