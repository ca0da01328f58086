import type { AppleSessionFacts } from '@cordon/api/connections/apple-session'
import type { Instant } from '@cordon/core/instant'
import type { AppleSessionsTable, Flag } from './schema.ts'

/** Columns of a joined `apple_sessions` row (alias `ses`) that tell how the session stands. */
export const APPLE_SESSION_COLUMNS = [
  'ses.state as session_state',
  'ses.state_at as session_state_at',
  'ses.ended_early as session_ended_early',
  'ses.action_what as session_action_what',
  'ses.action_url as session_action_url',
  'ses.trusted_until as session_trusted_until',
] as const

interface JoinedRow {
  readonly session_state: AppleSessionsTable['state'] | null
  readonly session_state_at: Instant | null
  readonly session_ended_early: Flag | null
  readonly session_action_what: string | null
  readonly session_action_url: string | null
  readonly session_trusted_until: Instant | null
}

/** What those columns say; null where no session is joined. */
export function sessionFacts(row: JoinedRow): AppleSessionFacts | null {
  if (row.session_state === null || row.session_state_at === null) return null
  return {
    state: row.session_state,
    stateAt: row.session_state_at,
    endedEarly: row.session_ended_early === 1,
    actionWhat: row.session_action_what ?? '',
    actionUrl: row.session_action_url ?? '',
    trustedUntil: row.session_trusted_until,
  }
}
