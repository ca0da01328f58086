import type { SuspensionReason } from '@cordon/api/authorisations/schema'
import { buildErrors } from '@cordon/api/builds/errors'
import type { BUILD_OUTCOMES, StepReport } from '@cordon/api/builds/schema'
import type { PortalData } from '@cordon/api/builds/wire'
import type { ConnectionTypeName } from '@cordon/api/connections/schema'
import type { BuildId, ConnectionId } from '@cordon/core/ids'
import type { Clock } from '@cordon/core/instant'
import type { Audit } from '../../platform/audit/audit.ts'
import { countOfBuild } from '../../platform/audit/count.ts'
import type { AuditInput } from '../../platform/audit/event.ts'
import { createGroupCommit, type GroupCommit } from '../../platform/audit/group-commit.ts'
import { type Db, transaction } from '../../platform/db/database.ts'
import type { By } from '../../platform/http/by.ts'
import { actorOf, type BuildPrincipal } from '../../platform/http/principal.ts'
import { type Credential, portalDataOf } from './portal-data.ts'
import {
  type AppForBuild,
  type AuthorisedRow,
  addAppleRequests,
  type BuildApiReads,
  countReleases,
  createReads,
  touchConnections,
} from './store.ts'

export interface BuildApiPorts {
  /** Opens a stored secret and keeps of it what a build may have. */
  readonly release: (
    stored: Pick<AuthorisedRow, 'connectionId' | 'type' | 'version' | 'sealed' | 'mac'>,
  ) => Promise<Credential>
  /** Why an authorisation is suspended, as a part of a sentence. */
  readonly suspensionText: (reason: SuspensionReason, ownerName: string) => string
  readonly endBuild: (outcome: (typeof BUILD_OUTCOMES)[number], by: By<BuildPrincipal>) => Promise<void>
}

export interface BuildApiParts extends BuildApiPorts {
  readonly db: Db
  readonly audit: Audit
  readonly clock: Clock
}

/** A running build, and what the program that asks calls itself. */
export interface BuildCall extends By<BuildPrincipal> {
  /** The request's `User-Agent` header; the build's own word. */
  readonly userAgent: string
}

/** What a running build may ask for. Whoever holds its token is the build; what it reports is its own word. */
export interface BuildApi {
  /**
   * The credentials that the build's app is authorised for, all or of one type, and the team's devices. The release is durable in the audit
   * log before this resolves. Throws `build.fork`, `build.not_recorded`.
   */
  portalData(by: BuildCall, only?: ConnectionTypeName): Promise<PortalData>
  /** Records what a step says it did. Throws `build.too_many_reports`. */
  report(report: StepReport, by: By<BuildPrincipal>): Promise<void>
  end(outcome: (typeof BUILD_OUTCOMES)[number], by: By<BuildPrincipal>): Promise<void>
}

/** What is written down of one fetch. */
interface Fetch {
  readonly events: readonly AuditInput[]
  /** Set when a secret leaves. */
  readonly released?: { readonly buildId: BuildId; readonly connectionIds: readonly ConnectionId[] }
}

interface Inner extends BuildApiParts {
  readonly reads: BuildApiReads
  readonly fetches: GroupCommit<Fetch>
}

/** Makes the feature. */
export function createBuildApi(parts: BuildApiParts): BuildApi {
  const inner: Inner = {
    ...parts,
    release: sharing(parts.release),
    reads: createReads(parts.db),
    fetches: createGroupCommit((fetches) => writeFetches(parts, fetches)),
  }
  return {
    portalData: (by, only) => portalData(inner, by, only),
    report: (report, by) => record(parts, report, by),
    end: (outcome, by) => parts.endBuild(outcome, by),
  }
}

// Builds that got one row got the state of one moment: its secret is opened once for all of them, and kept no longer than the row.
function sharing(release: BuildApiPorts['release']): BuildApiPorts['release'] {
  const opened = new WeakMap<object, Promise<Credential>>()
  return (stored) => {
    const known = opened.get(stored) ?? release(stored)
    opened.set(stored, known)
    return known
  }
}

async function portalData(inner: Inner, by: BuildCall, only: ConnectionTypeName | undefined): Promise<PortalData> {
  const { principal } = by
  if (principal.fromFork) {
    await write(inner, { events: [refusedEvent(by)] })
    throw buildErrors.fork()
  }
  const [app, devices] = await Promise.all([inner.reads.app(principal.appId), inner.reads.devices(principal.appId)])
  const outcomes = await Promise.all(
    choicesOf(inner, app, by.principal, only).map((choice) => outcomeOf(inner, choice)),
  )
  await write(inner, fetchOf(by, outcomes, devices.length))
  return portalDataOf(
    outcomes.map(({ credential }) => credential),
    devices,
  )
}

/** What came of one of the app's connections. */
interface Outcome {
  readonly choice: Choice
  readonly credential: Credential
}

async function outcomeOf(inner: Inner, choice: Choice): Promise<Outcome> {
  return { choice, credential: choice.kind === 'usable' ? await inner.release(choice.authorised) : choice }
}

type Choice =
  | { readonly kind: 'usable'; readonly authorised: AuthorisedRow }
  | { readonly kind: 'withheld'; readonly reason: string; readonly message: string }

const NOTHING_AUTHORISED = {
  kind: 'withheld',
  reason: 'nothing_authorised',
  message:
    'The app uses no Apple connection. An admin chooses one under app › Team › Connected Apple Developer Portal account.',
} as const

const NOT_OF_TYPE = {
  app_store_connect_api_key: {
    kind: 'withheld',
    reason: 'nothing_authorised',
    message: 'The app uses an Apple ID only. An admin chooses a key under app › Team.',
  },
  apple_id: {
    kind: 'withheld',
    reason: 'nothing_authorised',
    message: 'The app uses an API key only. An admin chooses an Apple ID under app › Team.',
  },
} as const satisfies Record<ConnectionTypeName, Choice>

const BROKER_MODE = {
  kind: 'withheld',
  reason: 'broker_mode',
  message: 'Builds of this app receive results, not credentials: its delivery mode is "broker".',
} as const

// One of each type may be chosen; the recommended type comes first, and what is wrong with it is told first.
function choicesOf(
  parts: BuildApiParts,
  app: AppForBuild | undefined,
  build: BuildPrincipal,
  only: ConnectionTypeName | undefined,
): readonly Choice[] {
  const authorised = (app?.authorised ?? []).filter(({ type }) => only === undefined || type === only)
  if (app !== undefined && only !== undefined && authorised.length < 1 && app.authorised.length > 0)
    return [NOT_OF_TYPE[only]]
  if (app === undefined || authorised.length === 0) return [NOTHING_AUTHORISED]
  if (app.deliveryMode === 'broker') return [BROKER_MODE]
  return authorised.map((one) => choiceOf(parts, one, build))
}

function choiceOf(parts: BuildApiParts, authorised: AuthorisedRow, build: BuildPrincipal): Choice {
  const suspended = suspensionOf(authorised)
  if (suspended === undefined && authorised.chosenAt > build.startedAt) return chosenLater(authorised)
  if (suspended === undefined) return { kind: 'usable', authorised }
  const why = parts.suspensionText(suspended, authorised.ownerName)
  const message = `The connection "${authorised.connectionName}" is suspended: ${why}. Any admin of the app can choose another under app › Team.`
  return { kind: 'withheld', reason: 'authorisation_suspended', message }
}

// Taking away acts at once, giving from the next build on: whoever runs in a build cannot wait for more to come.
function chosenLater({ connectionName }: AuthorisedRow): Choice {
  const message = `The connection "${connectionName}" was chosen after this build had started; it acts from the next build on.`
  return { kind: 'withheld', reason: 'chosen_later', message }
}

// Suspending is done when a role is lost; that the owner leads the app is asked again here, so that this fails closed.
function suspensionOf(authorised: AuthorisedRow): SuspensionReason | undefined {
  if (authorised.state === 'suspended') return authorised.suspendedReason ?? 'role_lost'
  return authorised.ownerLeads ? undefined : 'role_lost'
}

function fetchOf(by: BuildCall, outcomes: readonly Outcome[], devices: number): Fetch {
  const released = outcomes.flatMap(({ choice, credential }) =>
    choice.kind === 'usable' && credential.kind === 'released' ? [choice.authorised.connectionId] : [],
  )
  return {
    events: outcomes.map((outcome) => eventFor(by, outcome, devices)),
    ...(released.length === 0 ? {} : { released: { buildId: by.principal.buildId, connectionIds: released } }),
  }
}

function eventFor(by: BuildCall, { choice, credential }: Outcome, devices: number): AuditInput {
  if (choice.kind === 'usable' && credential.kind === 'released') {
    return releasedEvent(by, choice.authorised, devices, credential.note?.reason)
  }
  return withheldEvent(by, credential.kind === 'withheld' ? credential.reason : NOTHING_AUTHORISED.reason, devices)
}

async function write({ fetches }: Inner, fetch: Fetch): Promise<void> {
  try {
    await fetches.add(fetch)
  } catch (cause) {
    throw buildErrors.not_recorded({}, { cause })
  }
}

async function writeFetches({ db, audit, clock }: BuildApiParts, fetches: readonly Fetch[]): Promise<void> {
  const releases = fetches.map(({ released }) => released).filter((released) => released !== undefined)
  const buildIds = releases.map(({ buildId }) => buildId)
  const connectionIds = releases.flatMap((release) => release.connectionIds)
  await audit.commitWith(
    [...countReleases(db.kind, buildIds), ...touchConnections(db.kind, connectionIds, clock.now())],
    fetches.flatMap(({ events }) => events),
  )
}

/** Far above what any workflow has steps; keeps a build from filling the log. */
const MOST_REPORTS = 200
const REPORTED = 'step.reported'

async function record({ db, audit }: BuildApiParts, report: StepReport, by: By<BuildPrincipal>): Promise<void> {
  const { buildId } = by.principal
  await transaction(db, async (tx) => {
    await addAppleRequests(tx, buildId, report.appleRequests)
    if ((await countOfBuild(tx, buildId, REPORTED)) >= MOST_REPORTS) {
      throw buildErrors.too_many_reports({ limit: MOST_REPORTS })
    }
    await audit.append(tx, reportedEvent(by, report))
  })
}

function reportedEvent(by: By<BuildPrincipal>, report: StepReport): AuditInput {
  const { step, outcome, appleRequests, actions } = report
  const changes = actions.filter((action) => action.outcome !== 'reused').length
  const summary = `Build ${by.principal.number} says of its step "${step}": ${outcome}, ${appleRequests} requests to Apple, ${changes} changes.`
  return {
    ...eventOf(by, REPORTED, summary),
    outcome: outcome === 'success' ? 'success' : 'failed',
    details: { ...report },
  }
}

function releasedEvent(
  by: BuildCall,
  authorised: AuthorisedRow,
  devices: number,
  note: string | undefined,
): AuditInput {
  const { connectionId, connectionName, type, keyId, version, authorisationId, ownerName } = authorised
  const summary = `Build ${by.principal.number} received the connection "${connectionName}" of ${ownerName}.`
  return {
    ...eventOf(by, 'credentials.released', summary),
    object: { kind: 'connection', id: connectionId, name: connectionName },
    details: {
      type,
      identifier: keyId,
      version,
      authorisationId,
      devices,
      ...(note === undefined ? {} : { note }),
      ...askedBy(by),
    },
  }
}

// Of a step whose name would not fit or print, the log says nothing rather than a part.
const USER_AGENT = /^[\x20-\x7e]{1,120}$/

function askedBy({ userAgent }: BuildCall): { readonly userAgent?: string } {
  return USER_AGENT.test(userAgent) ? { userAgent } : {}
}

function withheldEvent(by: BuildCall, reason: string, devices: number): AuditInput {
  const summary = `Build ${by.principal.number} asked for credentials and received none (${reason}).`
  return {
    ...eventOf(by, 'credentials.withheld', summary),
    outcome: 'refused',
    details: { reason, devices, ...askedBy(by) },
  }
}

function refusedEvent(by: BuildCall): AuditInput {
  const summary = `Build ${by.principal.number} comes from a fork and received nothing.`
  return {
    ...eventOf(by, 'credentials.refused', summary),
    outcome: 'refused',
    details: { reason: 'fork', ...askedBy(by) },
  }
}

function eventOf({ principal, requestId }: By<BuildPrincipal>, action: string, summary: string): AuditInput {
  const { appId, buildId, number } = principal
  const object = { kind: 'build', id: buildId, name: `build ${number}` }
  return { appId, actor: actorOf(principal), action, object, summary, requestId, buildId }
}
