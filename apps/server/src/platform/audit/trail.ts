import type { AppId, BuildId } from '@cordon/core/ids'
import { CompiledQuery, sql } from 'kysely'
import type { DatabaseKind, Queries } from '../db/database.ts'
import type { AuditEventsTable } from '../db/schema.ts'
import { type AuditInput, BUILD_COUNTERS, type BuildCounter } from './event.ts'

// Each event of a build names the one before it, and the build's row the last. An index over all of them would cost a page of its own for
// nearly every event, because builds that run side by side take turns. A page of a long trail begins at a mark: those are in an index.

/** Where an event stands among those of its build that are written with it. */
export interface TrailLink {
  readonly buildId: BuildId
  /** Place of the one before it, when that is written with it. */
  readonly previous: number | null
  /** Its place among them, from 1. */
  readonly nth: number
}

interface TrailEnd {
  readonly events: number
  readonly seq: number
  readonly counts: Readonly<Partial<Record<BuildCounter, number>>>
}

/** The trails of builds, over the events that are written together. */
export interface Trails {
  /** Links the next event; undefined when it is of no build, or not in an app's chain. */
  link(input: AuditInput, seq: number): TrailLink | undefined
  /** The statements by which builds know their last events and what was counted. They come after those that write the events. */
  statements(kind: DatabaseKind): readonly CompiledQuery[]
}

/** Begins the trails of events that are written together. */
export function createTrails(): Trails {
  const ends = new Map<BuildId, TrailEnd>()
  return {
    link({ appId, buildId, counts = {} }, seq) {
      if (appId === undefined || buildId === undefined) return undefined
      const before = ends.get(buildId)
      const nth = (before?.events ?? 0) + 1
      ends.set(buildId, { events: nth, seq, counts: before === undefined ? counts : added(before.counts, counts) })
      return { buildId, previous: before?.seq ?? null, nth }
    },
    statements(kind) {
      if (ends.size === 0) return []
      const values = Array.from(ends, ([buildId, { events, seq, counts }]) => [
        buildId,
        seq,
        events,
        ...BUILD_COUNTERS.map((counter) => counts[counter] ?? 0),
      ])
      return [CompiledQuery.raw(MOVE_ENDS[kind], [JSON.stringify(values)])]
    },
  }
}

function added(one: TrailEnd['counts'], other: TrailEnd['counts']): TrailEnd['counts'] {
  return Object.fromEntries(BUILD_COUNTERS.map((counter) => [counter, (one[counter] ?? 0) + (other[counter] ?? 0)]))
}

// Written by hand, because nearly every commit runs them.
const WHERE_BUILD = 'where build_id = value->>0'
const MOVE_ENDS: Readonly<Record<DatabaseKind, string>> = {
  sqlite: `update build_activity set ${changes('')} from json_each(?) ${WHERE_BUILD}`,
  postgres: `update build_activity set ${changes('::bigint')} from json_array_elements($1::json) ${WHERE_BUILD}`,
}

function changes(cast: string): string {
  const added = ['events', ...BUILD_COUNTERS].map((name, place) => `${name} = ${name} + (value->>${place + 2})${cast}`)
  return [`last_seq = (value->>1)${cast}`, ...added].join(', ')
}

/** A page of a build's trail. */
export interface TrailRequest {
  readonly appId: AppId
  readonly buildId: BuildId
  /** Place in the chain of the last event that was read before. */
  readonly after: number | undefined
  readonly limit: number
}

/** What a build did, oldest first. Reads about as many events as it gives, however many there are. */
export async function readTrail(queries: Queries, request: TrailRequest): Promise<AuditEventsTable[]> {
  const { appId, buildId, after = 0, limit } = request
  const begin = sql`(select position from begin)`
  // The walk goes from the first mark behind the page, or the build's last event, back to where the page begins.
  const { rows } = await sql<AuditEventsTable>`
    with recursive begin(position) as (
      select coalesce((
        select build_position from audit_events where chain = ${appId} and seq = ${after} and build_id = ${buildId}
      ), 0)
    ), trail(seq, previous, position) as (
      select seq, build_previous, build_position from audit_events where chain = ${appId} and seq = coalesce((
        select seq from audit_events
        where build_id = ${buildId} and build_position % 64 = 0 and build_position >= ${begin} + ${limit}
        order by build_position limit 1
      ), (
        select last_seq from build_activity where build_id = ${buildId}
      ))
      union all
      select event.seq, event.build_previous, event.build_position
      from trail cross join audit_events event
      where event.chain = ${appId} and event.seq = trail.previous and trail.position > ${begin} + 1
    )
    select event.* from trail cross join audit_events event
    where event.chain = ${appId} and event.seq = trail.seq and trail.position > ${begin}
    order by trail.position limit ${limit}
  `.execute(queries)
  return rows
}
