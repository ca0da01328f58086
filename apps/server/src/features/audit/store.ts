import type { AppId, BuildId } from '@cordon/core/ids'
import type { Instant } from '@cordon/core/instant'
import { readTrail } from '../../platform/audit/trail.ts'
import type { Queries } from '../../platform/db/database.ts'
import { type PageRequest, positionOf } from '../../platform/db/page.ts'
import type { AuditEventsTable } from '../../platform/db/schema.ts'

/** Which events, and which page of them. */
export interface EventRequest extends PageRequest {
  readonly action?: string | undefined
}

/** Events of all chains, newest first. Reads one row more than the page. */
export function listAllEvents(queries: Queries, request: EventRequest): Promise<AuditEventsTable[]> {
  const before = positionOf(request, 'number', 'string', 'number')
  return withAction(selectEvents(queries), request)
    .$if(before !== undefined, (q) =>
      q.where((e) => {
        const [at, chain, seq] = before ?? [0, '', 0]
        return e(e.refTuple('at', 'chain', 'seq'), '<', e.tuple(at as Instant, chain, seq))
      }),
    )
    .orderBy('at', 'desc')
    .orderBy('chain', 'desc')
    .orderBy('seq', 'desc')
    .limit(request.limit + 1)
    .execute()
}

/** Events of an app's chain, newest first. Reads one row more than the page. */
export function listAppEvents(queries: Queries, appId: AppId, request: EventRequest): Promise<AuditEventsTable[]> {
  const before = positionOf(request, 'number')
  return withAction(selectEvents(queries), request)
    .where('chain', '=', appId)
    .$if(before !== undefined, (q) => q.where('seq', '<', before?.[0] ?? 0))
    .orderBy('seq', 'desc')
    .limit(request.limit + 1)
    .execute()
}

/** What a build did, oldest first. Reads one row more than the page. */
export function listBuildEvents(
  queries: Queries,
  build: { readonly appId: AppId; readonly buildId: BuildId },
  request: PageRequest,
): Promise<AuditEventsTable[]> {
  const { appId, buildId } = build
  const [after] = positionOf(request, 'number') ?? []
  return readTrail(queries, { appId, buildId, after, limit: request.limit + 1 })
}

type EventQuery = ReturnType<typeof selectEvents>

function selectEvents(queries: Queries) {
  return queries.selectFrom('audit_events').selectAll()
}

function withAction(query: EventQuery, { action }: EventRequest): EventQuery {
  return action === undefined || action === '' ? query : query.where('action', '=', action)
}
