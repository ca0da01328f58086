import { appErrors } from '@cordon/api/apps/errors'
import { buildErrors } from '@cordon/api/builds/errors'
import type { BuildFacts } from '@cordon/api/builds/schema'
import type { AppId, BuildId, TriggerTokenId } from '@cordon/core/ids'
import { type Clock, DAY_MS, plusMs } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import type { Audit } from '../../platform/audit/audit.ts'
import type { AuditInput } from '../../platform/audit/event.ts'
import type { Db } from '../../platform/db/database.ts'
import type { Page, PageRequest } from '../../platform/db/page.ts'
import type { By } from '../../platform/http/by.ts'
import {
  actorOf,
  type BuildPrincipal,
  type Member,
  type Person,
  type TriggerPrincipal,
} from '../../platform/http/principal.ts'
import { transactionBy } from '../../platform/http/transaction-by.ts'
import type { Ids, RandomBytes } from '../../platform/ids.ts'
import { newToken } from '../../platform/tokens.ts'
import { type BuildOutcome, type BuildState, buildEnvironment, buildUrl, expiryOf, stateAt } from './build.ts'
import {
  appName,
  type BuildRow,
  findBuild,
  insertBuild,
  insertTriggerToken,
  listBuilds,
  listTriggerTokens,
  type TriggerTokenRow,
  takeBuildNumber,
  updateEnded,
  updateRevoked,
} from './store.ts'

export interface BuildParts {
  readonly db: Db
  readonly audit: Audit
  readonly ids: Ids
  readonly clock: Clock
  readonly randomBytes: RandomBytes
  readonly publicUrl: () => string
  readonly config: { readonly buildTokenMinutes: number }
}

/** A build with its state by the clock. */
export interface BuildView extends Omit<BuildRow, 'state'> {
  readonly state: BuildState
}

/** What a CI system tells when it starts a build. */
export interface BuildRequest {
  readonly facts: BuildFacts
  readonly minutes?: number | undefined
}

/** A new build, and the only time its token is known. */
export interface Started {
  readonly build: BuildView
  readonly url: string
  readonly token: Secret<string>
  readonly environment: Record<string, string>
}

/** CI runs and the tokens that start them. */
export interface Builds {
  list(appId: AppId, request: PageRequest): Promise<Page<BuildView>>
  /** Throws `build.not_found`. */
  read(id: BuildId): Promise<BuildView>
  start(appId: AppId, request: BuildRequest, by: By<Member | TriggerPrincipal>): Promise<Started>
  /** Throws `build.not_running`. */
  abort(id: BuildId, by: By<Member>): Promise<BuildView>
  /** Ends a build by its own token. Throws `build.not_running`. */
  end(outcome: BuildOutcome, by: By<BuildPrincipal>): Promise<void>
  triggerTokens(appId: AppId, request: PageRequest): Promise<Page<TriggerTokenRow>>
  createTriggerToken(
    appId: AppId,
    token: { readonly name: string; readonly expiresInDays: number | null },
    by: By<Member>,
  ): Promise<{ readonly triggerToken: TriggerTokenRow; readonly token: Secret<string> }>
  /** Throws `build.trigger_token_not_found`. */
  revokeTriggerToken(appId: AppId, id: TriggerTokenId, by: By<Member>): Promise<void>
}

/** Makes the feature. */
export function createBuilds(parts: BuildParts): Builds {
  return {
    list: (appId, request) => list(parts, appId, request),
    read: (id) => read(parts, id),
    start: (appId, request, by) => start(parts, appId, request, by),
    abort: async (id, by) => {
      await endBuild(parts, id, 'aborted', by)
      return read(parts, id)
    },
    end: (outcome, by) => endBuild(parts, by.principal.buildId, outcome, by),
    triggerTokens: (appId, request) => listTriggerTokens(parts.db.queries, appId, request),
    createTriggerToken: (appId, token, by) => createTriggerToken(parts, appId, token, by),
    revokeTriggerToken: (appId, id, by) => revokeTriggerToken(parts, appId, id, by),
  }
}

async function list({ db, clock }: BuildParts, appId: AppId, request: PageRequest): Promise<Page<BuildView>> {
  const { items, nextCursor } = await listBuilds(db.queries, appId, request)
  const now = clock.now()
  return { items: items.map((build) => ({ ...build, state: stateAt(now, build) })), nextCursor }
}

async function read({ db, clock }: BuildParts, id: BuildId): Promise<BuildView> {
  const build = await findBuild(db.queries, id)
  if (build === undefined) throw buildErrors.not_found()
  return { ...build, state: stateAt(clock.now(), build) }
}

async function start(
  parts: BuildParts,
  appId: AppId,
  { facts, minutes }: BuildRequest,
  by: By<Member | TriggerPrincipal>,
): Promise<Started> {
  const id = parts.ids('build')
  const { token, hash } = newToken('build', parts.randomBytes)
  const startedBy = starterOf(by.principal)
  const number = await transactionBy(parts, by, async (tx) => {
    const taken = await takeBuildNumber(tx, appId)
    if (taken === undefined) throw appErrors.not_found()
    const startedAt = parts.clock.now()
    const expiresAt = expiryOf(startedAt, minutes, parts.config.buildTokenMinutes)
    await insertBuild(tx, { id, appId, number: taken.number, facts, startedBy, startedAt, expiresAt, tokenHash: hash })
    const summary = `${startedBy.name} started build ${taken.number} of the app "${taken.appName}".`
    await parts.audit.append(
      tx,
      buildEvent(by, appId, { id, number: taken.number }, 'build.started', summary, { facts }),
    )
    return taken.number
  })
  const url = buildUrl(parts.publicUrl(), id)
  const environment = buildEnvironment({ url, token, appId, buildId: id, number })
  return { build: await read(parts, id), url, token, environment }
}

function starterOf(principal: Person | TriggerPrincipal) {
  return principal.kind === 'person'
    ? ({ kind: 'person', id: principal.userId, name: principal.name } as const)
    : ({ kind: 'trigger_token', id: principal.triggerTokenId, name: principal.name } as const)
}

async function endBuild(
  parts: BuildParts,
  id: BuildId,
  outcome: BuildOutcome,
  by: By<Member | BuildPrincipal>,
): Promise<void> {
  const build = await read(parts, id)
  await transactionBy(parts, by, async (tx) => {
    if (!(await updateEnded(tx, id, outcome, parts.clock.now()))) throw buildErrors.not_running()
    const who = by.principal.kind === 'person' ? `${by.principal.name} ended` : 'The build ended itself:'
    const summary = `${who} build ${build.number} of the app "${build.appName}" (${outcome}).`
    await parts.audit.append(tx, buildEvent(by, build.appId, build, 'build.ended', summary, { outcome }))
  })
}

async function createTriggerToken(
  parts: BuildParts,
  appId: AppId,
  { name, expiresInDays }: { readonly name: string; readonly expiresInDays: number | null },
  by: By<Member>,
) {
  const { token, hash } = newToken('trigger', parts.randomBytes)
  const id = parts.ids('triggerToken')
  const createdAt = parts.clock.now()
  const expiresAt = expiresInDays === null ? null : plusMs(createdAt, expiresInDays * DAY_MS)
  await transactionBy(parts, by, async (tx) => {
    await insertTriggerToken(tx, { id, appId, name, hash, createdBy: by.principal.userId, createdAt, expiresAt })
    const summary = `${by.principal.name} made the trigger token "${name}" of the app "${await appName(tx, appId)}".`
    await parts.audit.append(tx, tokenEvent(by, appId, { id, name }, 'trigger_token.created', summary))
  })
  const triggerToken = { id, name, createdBy: by.principal.name, createdAt, expiresAt, lastUsedAt: null }
  return { triggerToken, token }
}

async function revokeTriggerToken(parts: BuildParts, appId: AppId, id: TriggerTokenId, by: By<Member>): Promise<void> {
  await transactionBy(parts, by, async (tx) => {
    const name = await updateRevoked(tx, appId, id, parts.clock.now())
    if (name === undefined) throw buildErrors.trigger_token_not_found()
    const summary = `${by.principal.name} revoked the trigger token "${name}" of the app "${await appName(tx, appId)}".`
    await parts.audit.append(tx, tokenEvent(by, appId, { id, name }, 'trigger_token.revoked', summary))
  })
}

function buildEvent(
  by: By<Person | TriggerPrincipal | BuildPrincipal>,
  appId: AppId,
  { id, number }: { readonly id: BuildId; readonly number: number },
  action: string,
  summary: string,
  details: Readonly<Record<string, unknown>>,
): AuditInput {
  const object = { kind: 'build', id, name: `build ${number}` }
  return { appId, actor: actorOf(by.principal), action, object, summary, requestId: by.requestId, buildId: id, details }
}

function tokenEvent(
  by: By,
  appId: AppId,
  { id, name }: { readonly id: TriggerTokenId; readonly name: string },
  action: string,
  summary: string,
): AuditInput {
  const object = { kind: 'trigger_token', id, name }
  return { appId, actor: actorOf(by.principal), action, object, summary, requestId: by.requestId }
}
