import type { SuspensionReason } from '@cordon/api/authorisations/schema'
import { buildErrors } from '@cordon/api/builds/errors'
import type { BUILD_OUTCOMES, StepReport } from '@cordon/api/builds/schema'
import type { PortalData } from '@cordon/api/builds/wire'
import type { ConnectionTypeName } from '@cordon/api/connections/schema'
import { accessErrors } from '@cordon/api/errors'
import type { Clock } from '@cordon/core/instant'
import type { Audit } from '../../platform/audit/audit.ts'
import { countOfBuild } from '../../platform/audit/count.ts'
import type { AuditInput } from '../../platform/audit/event.ts'
import type { Db } from '../../platform/db/database.ts'
import type { By } from '../../platform/http/by.ts'
import type { BuildPrincipal } from '../../platform/http/principal.ts'
import { transactionBy } from '../../platform/http/transaction-by.ts'
import {
  type BuildCall,
  refusedEvent,
  releasedEvent,
  reportedEvent,
  sessionRefusedEvent,
  withheldEvent,
} from './events.ts'
import { createFetchLog, type Fetch, type FetchLog } from './fetch-log.ts'
import { type Credential, portalDataOf } from './portal-data.ts'
import { type AppForBuild, type AuthorisedRow, type BuildApiReads, createReads } from './store.ts'

export interface BuildApiPorts {
  /** Opens a stored secret and keeps of it what a build may have. `isRefused`: a build says that Apple refused what it got before. */
  readonly release: (
    stored: Pick<AuthorisedRow, 'connectionId' | 'type' | 'version' | 'sealed' | 'mac'>,
    isRefused: boolean,
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

/** What a running build may ask for. Whoever holds its token is the build; what it reports is its own word. */
export interface BuildApi {
  /**
   * The credentials that the build's app is authorised for, all or of one type, and the team's devices. The release is durable in the audit
   * log before this resolves. `refused`: the build's own word that Apple refused the session it got; a reason to ask Apple, and for
   * nothing else. Throws `build.fork`, `build.not_recorded`.
   */
  portalData(by: BuildCall, only?: ConnectionTypeName, refused?: Refused): Promise<PortalData>
  /** Records what a step says it did. Throws `build.too_many_reports`. */
  report(report: StepReport, by: By<BuildPrincipal>): Promise<void>
  end(outcome: (typeof BUILD_OUTCOMES)[number], by: By<BuildPrincipal>): Promise<void>
}

/** What a build says that Apple refused. */
export type Refused = 'session'

interface Inner extends BuildApiParts {
  readonly reads: BuildApiReads
  readonly fetchLog: FetchLog
}

/** Makes the feature. */
export function createBuildApi(parts: BuildApiParts): BuildApi {
  const inner: Inner = {
    ...parts,
    release: sharing(parts.release),
    reads: createReads(parts.db),
    fetchLog: createFetchLog(parts),
  }
  return {
    portalData: (by, only, refused) => portalData(inner, by, { only, refused }),
    report: (report, by) => record(parts, report, by),
    end: (outcome, by) => parts.endBuild(outcome, by),
  }
}

// Builds that got one row got the state of one moment: its secret is opened once for all of them, and kept no longer than the row.
function sharing(release: BuildApiPorts['release']): BuildApiPorts['release'] {
  const opened = new WeakMap<object, Promise<Credential>>()
  return (stored, isRefused) => {
    if (isRefused) return release(stored, true)
    const known = opened.get(stored)
    if (known !== undefined) return known
    const opening = release(stored, false)
    opened.set(stored, opening)
    // The next build tries again.
    opening.catch(() => opened.delete(stored))
    return opening
  }
}

interface Asked {
  readonly only: ConnectionTypeName | undefined
  readonly refused: Refused | undefined
}

async function portalData(inner: Inner, by: BuildCall, { only, refused }: Asked): Promise<PortalData> {
  const { principal } = by
  if (principal.fromFork) {
    await inner.fetchLog.write({ by, events: [refusedEvent(by)], released: [], devices: 0 })
    throw buildErrors.fork()
  }
  const [app, devices] = await Promise.all([inner.reads.app(principal.appId), inner.reads.devices(principal.appId)])
  const outcomes = await Promise.all(
    choicesOf(inner, app, by.principal, only).map((choice) => outcomeOf(inner, choice, refused)),
  )
  const overtaken = await inner.fetchLog.write(fetchOf(by, outcomes, devices.length))
  if (overtaken === 'build_ended') throw accessErrors.build_token_refused()
  if (overtaken === 'authorisation_changed') return portalDataOf([CHANGED_MEANWHILE], devices)
  return portalDataOf(
    outcomes.map(({ credential }) => credential),
    devices,
  )
}

/** What came of one of the app's connections. */
interface Outcome {
  readonly choice: Choice
  readonly credential: Credential
  /** The build had it before and says that Apple refused it. */
  readonly isRefused: boolean
}

async function outcomeOf(inner: Inner, choice: Choice, refused: Refused | undefined): Promise<Outcome> {
  if (choice.kind !== 'usable') return { choice, credential: choice, isRefused: false }
  const isRefused = refused === 'session' && choice.authorised.type === 'apple_id'
  return { choice, credential: await inner.release(choice.authorised, isRefused), isRefused }
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

const CHANGED_MEANWHILE = {
  kind: 'withheld',
  reason: 'authorisation_changed',
  message:
    'What the app may use was taken back while this build was asking. An admin sees under app › Team what it uses now.',
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
  return {
    by,
    devices,
    events: outcomes.flatMap((outcome) => [eventFor(by, outcome, devices), ...refusalsFor(by, outcome)]),
    released: outcomes.flatMap(({ choice, credential }) =>
      choice.kind === 'usable' && credential.kind === 'released' ? [choice.authorised] : [],
    ),
  }
}

function eventFor(by: BuildCall, { choice, credential }: Outcome, devices: number): AuditInput {
  if (choice.kind === 'usable' && credential.kind === 'released') {
    return releasedEvent(by, choice.authorised, devices, credential.note?.reason)
  }
  return withheldEvent(by, credential.kind === 'withheld' ? credential.reason : NOTHING_AUTHORISED.reason, devices)
}

function refusalsFor(by: BuildCall, { choice, credential, isRefused }: Outcome): readonly AuditInput[] {
  if (choice.kind !== 'usable' || !isRefused) return []
  const found = credential.kind === 'withheld' ? credential.reason : credential.note?.reason
  return [sessionRefusedEvent(by, choice.authorised, found)]
}

/** Far above what any workflow has steps; keeps a build from filling the log. */
const MOST_REPORTS = 200

async function record({ db, audit, clock }: BuildApiParts, report: StepReport, by: By<BuildPrincipal>): Promise<void> {
  const { buildId } = by.principal
  await transactionBy({ db, clock }, by, async (tx) => {
    if ((await countOfBuild(tx, buildId, 'step_reports')) >= MOST_REPORTS) {
      throw buildErrors.too_many_reports({ limit: MOST_REPORTS })
    }
    await audit.append(tx, reportedEvent(by, report))
  })
}
