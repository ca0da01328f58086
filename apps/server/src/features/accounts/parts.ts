import type { AppRole } from '@cordon/api/route'
import type { AppId, UserId } from '@cordon/core/ids'
import type { AuditInput } from '../../platform/audit/event.ts'
import type { Tx } from '../../platform/db/database.ts'
import type { By } from '../../platform/http/by.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Passwords } from './passwords.ts'

/** What other features do when something happens to an account, inside the same transaction. They give events to log. */
export interface AccountHooks {
  /** Puts who accepted an invitation into an app's team. */
  readonly joinApp: (tx: Tx, appId: AppId, role: Exclude<AppRole, 'owner'>, by: By) => Promise<readonly AuditInput[]>
  /** A person was disabled: whatever hangs on them is suspended. */
  readonly personDisabled: (
    tx: Tx,
    person: { readonly id: UserId; readonly name: string },
    by: By,
  ) => Promise<readonly AuditInput[]>
}

/** What every part of this feature uses. */
export interface AccountParts {
  readonly platform: Platform
  readonly passwords: Passwords
  readonly hooks: AccountHooks
}

/** What of a request goes into sessions and the log. */
export interface Origin {
  readonly requestId: string
  readonly address: string
  readonly userAgent: string
}
