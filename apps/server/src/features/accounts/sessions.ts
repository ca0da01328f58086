import type { SessionId, UserId } from '@cordon/core/ids'
import { DAY_MS, HOUR_MS, plusMs } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import type { Tx } from '../../platform/db/database.ts'
import { type Page, type PageRequest, pageOf } from '../../platform/db/page.ts'
import type { SignInSessionsTable } from '../../platform/db/schema.ts'
import { newToken } from '../../platform/tokens.ts'
import type { AccountParts, Origin } from './parts.ts'
import { insertSession, listSessions, sweepSessions } from './store.ts'

/** A session that begins: its token goes into the cookie. */
export interface NewSession {
  readonly id: SessionId
  readonly token: Secret<string>
  readonly maxAgeSeconds: number
}

const LONGEST_CLIENT_NAME = 200
const DAY_SECONDS = DAY_MS / 1_000

/** Begins a session inside the caller's transaction. Every sign-in and every change of password makes a new one. */
export async function beginSession(
  { platform }: AccountParts,
  tx: Tx,
  userId: UserId,
  origin: Origin,
): Promise<NewSession> {
  const { config, clock, ids, randomBytes } = platform
  const now = clock.now()
  const { token, hash } = newToken('session', randomBytes)
  const id = ids('session')
  await sweepSessions(tx, now)
  await insertSession(tx, {
    id,
    user_id: userId,
    token_hash: hash,
    created_at: now,
    last_seen_at: now,
    expires_at: plusMs(now, config.sessionDays * DAY_MS),
    user_agent: printable(origin.userAgent).slice(0, LONGEST_CLIENT_NAME),
    address: origin.address,
  })
  return { id, token, maxAgeSeconds: config.sessionDays * DAY_SECONDS }
}

/** A person's living sessions, newest first. */
export async function livingSessions(
  { platform }: AccountParts,
  userId: UserId,
  request: PageRequest,
): Promise<Page<SignInSessionsTable>> {
  const { db, clock, config } = platform
  const now = clock.now()
  const seenAfter = plusMs(now, -config.sessionIdleHours * HOUR_MS)
  const rows = await listSessions(db.queries, userId, { now, seenAfter }, request)
  return pageOf(
    rows,
    request,
    (row) => [row.created_at, row.id],
    (row) => row,
  )
}

// PostgreSQL takes no NUL, and terminals no control characters.
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?')
}
