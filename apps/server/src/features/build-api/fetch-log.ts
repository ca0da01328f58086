import { buildErrors } from '@cordon/api/builds/errors'
import type { AuthorisationId } from '@cordon/core/ids'
import type { Clock } from '@cordon/core/instant'
import type { Audit, LoggedChange } from '../../platform/audit/audit.ts'
import type { AuditInput } from '../../platform/audit/event.ts'
import { createGroupCommit } from '../../platform/audit/group-commit.ts'
import type { Run } from '../../platform/db/commit-part.ts'
import type { Db } from '../../platform/db/database.ts'
import type { BuildPrincipal } from '../../platform/http/principal.ts'
import { type BuildCall, withheldEvent } from './events.ts'
import { createSecondLook, type SecondLook } from './second-look.ts'
import { type AuthorisedRow, touchConnections } from './store.ts'

/** What is written down of one fetch. */
export interface Fetch {
  readonly by: BuildCall
  readonly events: readonly AuditInput[]
  /** What secrets leave by; empty when none does. */
  readonly released: readonly Pick<AuthorisedRow, 'authorisationId' | 'connectionId'>[]
  /** How many test devices are told. */
  readonly devices: number
}

/** Why nothing may leave although it was to: what the fetch rested on is over. */
export type Overtaken = 'build_ended' | 'authorisation_changed'

/** Writes fetches into the log, many in one commit. */
export interface FetchLog {
  /**
   * Resolves when the fetch is durable. Looks once more, in the same commit, whether the build runs and the authorisations are active:
   * opening a secret may have taken a while, and what was taken back meanwhile must not leave. Then that is what the log says, and
   * what is answered here. Throws `build.not_recorded`.
   */
  write(fetch: Fetch): Promise<Overtaken | undefined>
}

interface Parts {
  readonly db: Db
  readonly audit: Audit
  readonly clock: Clock
}

interface Looking extends Parts {
  readonly look: SecondLook
}

/** A fetch on its way, and how it ended. */
interface Entry {
  readonly fetch: Fetch
  overtaken?: Overtaken | undefined
}

/** Makes the log of fetches. */
export function createFetchLog(parts: Parts): FetchLog {
  const look = createSecondLook(parts)
  const group = createGroupCommit<Entry>((entries, sent) =>
    parts.audit.commitWith((run) => change({ ...parts, look }, entries, run), sent),
  )
  return {
    async write(fetch) {
      const entry: Entry = { fetch }
      try {
        await group.add(entry)
      } catch (cause) {
        throw buildErrors.not_recorded({}, { cause })
      }
      return entry.overtaken
    },
  }
}

async function change(parts: Looking, entries: readonly Entry[], run: Run): Promise<LoggedChange> {
  const { db, clock } = parts
  const state = await readState(parts, entries, run)
  for (const entry of entries) entry.overtaken = overtakenBy(state, entry.fetch)
  const released = entries.filter(({ overtaken }) => overtaken === undefined).map(({ fetch }) => fetch)
  const connectionIds = released.flatMap((fetch) => fetch.released.map(({ connectionId }) => connectionId))
  return {
    statements: touchConnections(db.kind, connectionIds, clock.now()),
    events: entries.flatMap(eventsOf),
  }
}

function eventsOf({ fetch, overtaken }: Entry): readonly AuditInput[] {
  if (overtaken === undefined) return fetch.released.length === 0 ? fetch.events : countedOnce(fetch.events)
  // Devices are no secret of the connection; a build that is over gets nothing at all.
  return [withheldEvent(fetch.by, overtaken, overtaken === 'build_ended' ? 0 : fetch.devices)]
}

// A build that asks once and gets several secrets got credentials once.
function countedOnce([first, ...others]: readonly AuditInput[]): readonly AuditInput[] {
  return first === undefined ? [] : [{ ...first, counts: { credential_releases: 1 } }, ...others]
}

interface State {
  readonly running: ReadonlySet<BuildPrincipal>
  readonly active: ReadonlySet<AuthorisationId>
}

async function readState({ look }: Looking, entries: readonly Entry[], run: Run): Promise<State> {
  const builds = entries.map(({ fetch }) => fetch.by.principal)
  const authorisations = new Set(entries.flatMap(({ fetch }) => fetch.released.map((one) => one.authorisationId)))
  const active = await look.stillActive(authorisations, run)
  return { active, running: await look.stillRunning(builds, run) }
}

function overtakenBy({ running, active }: State, { by, released }: Fetch): Overtaken | undefined {
  if (!running.has(by.principal)) return 'build_ended'
  return released.every(({ authorisationId }) => active.has(authorisationId)) ? undefined : 'authorisation_changed'
}
