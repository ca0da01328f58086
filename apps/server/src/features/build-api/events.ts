import type { StepReport } from '@cordon/api/builds/schema'
import type { AuditInput } from '../../platform/audit/event.ts'
import type { By } from '../../platform/http/by.ts'
import { actorOf, type BuildPrincipal } from '../../platform/http/principal.ts'
import type { AuthorisedRow } from './store.ts'

/** A running build, and what the program that asks calls itself. */
export interface BuildCall extends By<BuildPrincipal> {
  /** The request's `User-Agent` header; the build's own word. */
  readonly userAgent: string
}

/** Name of the events by which steps say what they did. */
const REPORTED = 'step.reported'

/** Outcomes of actions that left Apple as it was. */
const NO_CHANGE: ReadonlySet<string> = new Set(['reused', 'skipped'])

/** What a step says it did. */
export function reportedEvent(by: By<BuildPrincipal>, report: StepReport): AuditInput {
  const { step, outcome, appleRequests, actions } = report
  const changes = actions.filter((action) => !NO_CHANGE.has(action.outcome)).length
  const summary = `Build ${by.principal.number} says of its step "${step}": ${outcome}, ${appleRequests} requests to Apple, ${changes} changes.`
  return {
    ...eventOf(by, REPORTED, summary),
    outcome: outcome === 'success' ? 'success' : 'failed',
    counts: { step_reports: 1, apple_requests: appleRequests },
    details: { ...report },
  }
}

/** A secret goes to a build. */
export function releasedEvent(
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

const FOUND: Readonly<Record<string, string>> = {
  session_accepted: 'Apple takes the session from this server',
  session_expired: 'it is over',
  apple_unreachable: 'Apple could not be asked',
}

/** A build says that Apple refused the session it had got. `found`: what the server says of the session now, as the build is told. */
export function sessionRefusedEvent(
  by: BuildCall,
  { connectionId, connectionName }: AuthorisedRow,
  found = 'session_accepted',
): AuditInput {
  const words = FOUND[found] ?? found.replaceAll('_', ' ')
  const summary = `Build ${by.principal.number} says that Apple refused the session of "${connectionName}"; this server: ${words}.`
  return {
    ...eventOf(by, 'apple_session.refused', summary),
    object: { kind: 'connection', id: connectionId, name: connectionName },
    details: { found, ...askedBy(by) },
  }
}

// Of a step whose name would not fit or print, the log says nothing rather than a part.
const USER_AGENT = /^[\x20-\x7e]{1,120}$/

function askedBy({ userAgent }: BuildCall): { readonly userAgent?: string } {
  return USER_AGENT.test(userAgent) ? { userAgent } : {}
}

/** A build asked and got nothing. */
export function withheldEvent(by: BuildCall, reason: string, devices: number): AuditInput {
  const summary = `Build ${by.principal.number} asked for credentials and received none (${reason}).`
  return {
    ...eventOf(by, 'credentials.withheld', summary),
    outcome: 'refused',
    details: { reason, devices, ...askedBy(by) },
  }
}

/** A build of a fork asked. */
export function refusedEvent(by: BuildCall): AuditInput {
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
