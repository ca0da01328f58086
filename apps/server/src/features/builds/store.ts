import { type BuildFacts, buildFacts } from '@cordon/api/builds/schema'
import type { AppId, BuildId, TriggerTokenId, UserId } from '@cordon/core/ids'
import type { Instant } from '@cordon/core/instant'
import { sql } from 'kysely'
import type { Queries, Tx } from '../../platform/db/database.ts'
import { type Page, type PageRequest, pageOf, positionOf } from '../../platform/db/page.ts'
import type { BuildOutcome, BuildStarter } from './build.ts'

/** A CI run. */
export interface BuildRow {
  readonly id: BuildId
  readonly appId: AppId
  readonly appName: string
  readonly number: number
  /** As written; past `expiresAt` a running build is an expired one. */
  readonly state: 'running' | 'ended'
  readonly outcome: BuildOutcome | null
  readonly facts: BuildFacts
  readonly startedBy: BuildStarter
  readonly startedAt: Instant
  readonly expiresAt: Instant
  readonly endedAt: Instant | null
  readonly credentialReleases: number
  readonly appleRequests: number | null
}

/** What is kept of a new build. */
export interface NewBuildRow {
  readonly id: BuildId
  readonly appId: AppId
  readonly number: number
  readonly facts: BuildFacts
  readonly startedBy: BuildStarter
  readonly startedAt: Instant
  readonly expiresAt: Instant
  /** SHA-256 of the build token. */
  readonly tokenHash: Uint8Array
}

/** The next number within the app; undefined when the app is gone. The row is the lock: no number is given twice. */
export async function takeBuildNumber(
  tx: Tx,
  appId: AppId,
): Promise<{ readonly number: number; readonly appName: string } | undefined> {
  return tx
    .updateTable('apps')
    .set({ last_build_number: sql`last_build_number + 1` })
    .where('id', '=', appId)
    .returning(['last_build_number as number', 'name as appName'])
    .executeTakeFirst()
}

/** Keeps a new build and the hash of its token. */
export async function insertBuild(tx: Tx, build: NewBuildRow): Promise<void> {
  await tx
    .insertInto('builds')
    .values({
      id: build.id,
      app_id: build.appId,
      number: build.number,
      state: 'running',
      outcome: null,
      facts: JSON.stringify(build.facts),
      from_fork: build.facts.fromFork ? 1 : 0,
      started_by_kind: build.startedBy.kind,
      started_by_id: build.startedBy.id,
      started_by_name: build.startedBy.name,
      started_at: build.startedAt,
      expires_at: build.expiresAt,
      ended_at: null,
    })
    .execute()
  await tx.insertInto('build_activity').values({ build_id: build.id }).execute()
  await tx
    .insertInto('build_tokens')
    .values({
      token_hash: build.tokenHash,
      build_id: build.id,
      created_at: build.startedAt,
      expires_at: build.expiresAt,
    })
    .execute()
}

function builds(queries: Queries) {
  return queries
    .selectFrom('builds as b')
    .innerJoin('apps as a', 'a.id', 'b.app_id')
    .innerJoin('build_activity as did', 'did.build_id', 'b.id')
    .selectAll('b')
    .select(['a.name as app_name', 'did.credential_releases', 'did.apple_requests', 'did.step_reports'])
}

type Result = Awaited<ReturnType<ReturnType<typeof builds>['execute']>>[number]

function toBuild(row: Result): BuildRow {
  return {
    id: row.id,
    appId: row.app_id,
    appName: row.app_name,
    number: row.number,
    state: row.state,
    outcome: row.outcome,
    facts: buildFacts.parse(JSON.parse(row.facts)),
    startedBy: { kind: row.started_by_kind, id: row.started_by_id, name: row.started_by_name },
    startedAt: row.started_at,
    expiresAt: row.expires_at,
    endedAt: row.ended_at,
    credentialReleases: row.credential_releases,
    appleRequests: row.step_reports === 0 ? null : row.apple_requests,
  }
}

/** An app's builds, newest first. */
export async function listBuilds(queries: Queries, appId: AppId, request: PageRequest): Promise<Page<BuildRow>> {
  const after = positionOf(request, 'number')
  let query = builds(queries).where('b.app_id', '=', appId).orderBy('b.number', 'desc')
  if (after !== undefined) query = query.where('b.number', '<', after[0])
  const rows = await query.limit(request.limit + 1).execute()
  return pageOf(rows, request, (row) => [row.number], toBuild)
}

/** One build. */
export async function findBuild(queries: Queries, id: BuildId): Promise<BuildRow | undefined> {
  const row = await builds(queries).where('b.id', '=', id).executeTakeFirst()
  return row && toBuild(row)
}

/** Ends a build that runs at that time. False when it does not. */
export async function updateEnded(tx: Tx, id: BuildId, outcome: BuildOutcome, at: Instant): Promise<boolean> {
  const result = await tx
    .updateTable('builds')
    .set({ state: 'ended', outcome, ended_at: at })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .where('expires_at', '>', at)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Builds that a person started and that run at that time; of one app or of all. In the order in which they are locked everywhere. */
export async function listRunningOf(
  tx: Tx,
  { userId, appId }: { readonly userId: UserId; readonly appId?: AppId | undefined },
  at: Instant,
): Promise<BuildRow[]> {
  const rows = await builds(tx)
    .where('b.started_by_kind', '=', 'person')
    .where('b.started_by_id', '=', userId)
    .where('b.state', '=', 'running')
    .where('b.expires_at', '>', at)
    .$if(appId !== undefined, (q) => q.where('b.app_id', '=', appId as AppId))
    .orderBy('b.id')
    .execute()
  return rows.map(toBuild)
}

/** Trigger tokens that a person made and that work at that time; of one app or of all. */
export async function listTokensMadeBy(
  tx: Tx,
  { userId, appId }: { readonly userId: UserId; readonly appId?: AppId | undefined },
  at: Instant,
): Promise<ReadonlyArray<{ readonly appId: AppId; readonly appName: string; readonly name: string }>> {
  return tx
    .selectFrom('trigger_tokens as t')
    .innerJoin('apps as a', 'a.id', 't.app_id')
    .select(['a.id as appId', 'a.name as appName', 't.name'])
    .where('t.created_by', '=', userId)
    .where('t.revoked_at', 'is', null)
    .where((or) => or.or([or('t.expires_at', 'is', null), or('t.expires_at', '>', at)]))
    .$if(appId !== undefined, (q) => q.where('t.app_id', '=', appId as AppId))
    .orderBy('t.app_id')
    .orderBy('t.created_at')
    .execute()
}

/** A trigger token, without its secret. */
export interface TriggerTokenRow {
  readonly id: TriggerTokenId
  readonly name: string
  readonly createdBy: string
  readonly createdAt: Instant
  readonly expiresAt: Instant | null
  readonly lastUsedAt: Instant | null
}

/** Keeps a new trigger token by its hash. */
export async function insertTriggerToken(
  tx: Tx,
  token: {
    readonly id: TriggerTokenId
    readonly appId: AppId
    readonly name: string
    readonly hash: Uint8Array
    readonly createdBy: UserId
    readonly createdAt: Instant
    readonly expiresAt: Instant | null
  },
): Promise<void> {
  await tx
    .insertInto('trigger_tokens')
    .values({
      id: token.id,
      app_id: token.appId,
      name: token.name,
      token_hash: token.hash,
      created_by: token.createdBy,
      created_at: token.createdAt,
      expires_at: token.expiresAt,
      last_used_at: null,
      revoked_at: null,
    })
    .execute()
}

/** An app's trigger tokens that are not revoked, oldest first. */
export async function listTriggerTokens(
  queries: Queries,
  appId: AppId,
  request: PageRequest,
): Promise<Page<TriggerTokenRow>> {
  const after = positionOf(request, 'number', 'string')
  let query = queries
    .selectFrom('trigger_tokens as t')
    .innerJoin('users as u', 'u.id', 't.created_by')
    .select(['t.id', 't.name', 'u.name as createdBy'])
    .select(['t.created_at as createdAt', 't.expires_at as expiresAt', 't.last_used_at as lastUsedAt'])
    .where('t.app_id', '=', appId)
    .where('t.revoked_at', 'is', null)
    .orderBy('t.created_at')
    .orderBy('t.id')
  if (after !== undefined) query = query.where(sql<boolean>`(t.created_at, t.id) > (${after[0]}, ${after[1]})`)
  const rows = await query.limit(request.limit + 1).execute()
  return pageOf(
    rows,
    request,
    (row) => [row.createdAt, row.id],
    (row) => row,
  )
}

/** Revokes a trigger token of an app and gives its name; undefined when the app has none such. */
export async function updateRevoked(
  tx: Tx,
  appId: AppId,
  id: TriggerTokenId,
  at: Instant,
): Promise<string | undefined> {
  const row = await tx
    .updateTable('trigger_tokens')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('app_id', '=', appId)
    .where('revoked_at', 'is', null)
    .returning('name')
    .executeTakeFirst()
  return row?.name
}

/** Name of an app. */
export async function appName(queries: Queries, appId: AppId): Promise<string> {
  const row = await queries.selectFrom('apps').select('name').where('id', '=', appId).executeTakeFirstOrThrow()
  return row.name
}
