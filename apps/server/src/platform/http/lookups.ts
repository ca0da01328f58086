import type { AppRole } from '@cordon/api/route'
import type { AppId, BuildId, UserId } from '@cordon/core/ids'
import type { Clock } from '@cordon/core/instant'
import { HOUR_MS, MINUTE_MS } from '@cordon/core/instant'
import type { Config } from '../config.ts'
import type { Db } from '../db/database.ts'
import { hashToken, isTokenOf } from '../tokens.ts'
import type { BuildPrincipal, Person, TriggerPrincipal } from './principal.ts'
import { createRunningBuilds } from './running-builds.ts'

/** Who holds a token, and who is in which team. Every answer is read from the database, so a revocation acts at once. */
export interface Lookups {
  personBySession(token: string): Promise<Person | undefined>
  personByPersonalToken(token: string): Promise<Person | undefined>
  runningBuild(token: string): Promise<BuildPrincipal | undefined>
  trigger(token: string): Promise<TriggerPrincipal | undefined>
  roleIn(appId: string, userId: UserId): Promise<AppRole | undefined>
  /** The app of a build and the person's role in its team; undefined for strangers. */
  roleForBuild(buildId: string, userId: UserId): Promise<{ appId: AppId; buildId: BuildId; role: AppRole } | undefined>
}

export interface LookupParts {
  readonly db: Db
  readonly clock: Clock
  readonly config: Pick<Config, 'sessionIdleHours'>
}

// "Last seen" and "last used" are for people to read: a write a minute is exact enough.
const TOUCH_EVERY_MS = MINUTE_MS

/** Look-ups on the database. A text that has not the form of a token costs none. */
export function createLookups(parts: LookupParts): Lookups {
  const runningBuild = createRunningBuilds(parts)
  return {
    personBySession: async (token) => (isTokenOf('session', token) ? personBySession(parts, token) : undefined),
    personByPersonalToken: async (token) =>
      isTokenOf('personal', token) ? personByPersonalToken(parts, token) : undefined,
    runningBuild: async (token) => (isTokenOf('build', token) ? runningBuild(hashToken(token)) : undefined),
    trigger: async (token) => (isTokenOf('trigger', token) ? triggerHolder(parts, token) : undefined),
    roleIn: (appId, userId) => roleIn(parts, appId, userId),
    roleForBuild: (buildId, userId) => roleForBuild(parts, buildId, userId),
  }
}

const PERSON = ['users.id as userId', 'users.name', 'users.email', 'users.instance_role as instanceRole'] as const

async function personBySession({ db, clock, config }: LookupParts, token: string): Promise<Person | undefined> {
  const now = clock.now()
  const row = await db.queries
    .selectFrom('sign_in_sessions as s')
    .innerJoin('users', 'users.id', 's.user_id')
    .select([...PERSON, 's.id as sessionId', 's.last_seen_at as lastSeenAt'])
    .where('s.token_hash', '=', hashToken(token))
    .where('s.expires_at', '>', now)
    .where('users.disabled_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined || row.lastSeenAt + config.sessionIdleHours * HOUR_MS <= now) return undefined
  const { sessionId, lastSeenAt, ...person } = row
  if (now - lastSeenAt >= TOUCH_EVERY_MS) {
    await db.queries.updateTable('sign_in_sessions').set({ last_seen_at: now }).where('id', '=', sessionId).execute()
  }
  return { kind: 'person', ...person, credential: { kind: 'session', sessionId } }
}

async function personByPersonalToken({ db, clock }: LookupParts, token: string): Promise<Person | undefined> {
  const now = clock.now()
  const row = await db.queries
    .selectFrom('personal_tokens as t')
    .innerJoin('users', 'users.id', 't.user_id')
    .select([...PERSON, 't.id as personalTokenId', 't.scopes', 't.last_used_at as lastUsedAt'])
    .where('t.token_hash', '=', hashToken(token))
    .where('t.expires_at', '>', now)
    .where('users.disabled_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { personalTokenId, scopes, lastUsedAt, ...person } = row
  if (lastUsedAt === null || now - lastUsedAt >= TOUCH_EVERY_MS) {
    await db.queries
      .updateTable('personal_tokens')
      .set({ last_used_at: now })
      .where('id', '=', personalTokenId)
      .execute()
  }
  return {
    kind: 'person',
    ...person,
    credential: { kind: 'personal-token', personalTokenId, scopes: JSON.parse(scopes) },
  }
}

async function triggerHolder({ db, clock }: LookupParts, token: string): Promise<TriggerPrincipal | undefined> {
  const now = clock.now()
  const row = await db.queries
    .selectFrom('trigger_tokens')
    .select(['id', 'app_id as appId', 'name', 'last_used_at as lastUsedAt'])
    .where('token_hash', '=', hashToken(token))
    .where('revoked_at', 'is', null)
    .where((or) => or.or([or('expires_at', 'is', null), or('expires_at', '>', now)]))
    .executeTakeFirst()
  if (row === undefined) return undefined
  if (row.lastUsedAt === null || now - row.lastUsedAt >= TOUCH_EVERY_MS) {
    await db.queries.updateTable('trigger_tokens').set({ last_used_at: now }).where('id', '=', row.id).execute()
  }
  return { kind: 'trigger', triggerTokenId: row.id, appId: row.appId, name: row.name }
}

async function roleIn({ db }: LookupParts, appId: string, userId: UserId): Promise<AppRole | undefined> {
  const row = await db.queries
    .selectFrom('memberships')
    .select('role')
    .where('app_id', '=', appId as AppId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row?.role
}

function roleForBuild({ db }: LookupParts, buildId: string, userId: UserId) {
  return db.queries
    .selectFrom('builds')
    .innerJoin('memberships', 'memberships.app_id', 'builds.app_id')
    .select(['builds.id as buildId', 'builds.app_id as appId', 'memberships.role'])
    .where('builds.id', '=', buildId as BuildId)
    .where('memberships.user_id', '=', userId)
    .executeTakeFirst()
}
