import { auditRoutes as routes } from '@cordon/api/audit/routes'
import { toIso } from '@cordon/core/instant'
import type { ChainCheck } from '../../platform/audit/verify.ts'
import { type Page, type PageRequest, pageOf } from '../../platform/db/page.ts'
import type { AuditEventsTable } from '../../platform/db/schema.ts'
import type { Answer, Server } from '../../platform/http/serve.ts'
import type { Platform } from '../../platform/platform.ts'
import { listAllEvents, listAppEvents, listBuildEvents } from './store.ts'

type EventView = Answer<typeof routes.ofApp>['items'][number]

/** Serves the audit log: reading and checking. Nothing changes it but what is logged. */
export function serveAudit(server: Server, { db, audit }: Pick<Platform, 'db' | 'audit'>): void {
  server.serve(routes.ofInstance, async ({ query }) => {
    const rows = await listAllEvents(db.queries, query)
    return pageOf(rows, query, (row) => [row.at, row.chain, row.seq], eventView)
  })
  server.serve(routes.verifyInstance, async () => verification(await audit.verifyAll()))

  server.serve(routes.ofApp, async ({ principal, query }) =>
    inChain(await listAppEvents(db.queries, principal.appId, query), query),
  )
  server.serve(routes.verifyApp, async ({ principal }) => verification([await audit.verify(principal.appId)]))

  server.serve(routes.ofBuild, async ({ principal, query }) =>
    inChain(await listBuildEvents(db.queries, principal, query), query),
  )
}

function inChain(rows: readonly AuditEventsTable[], query: PageRequest): Page<EventView> {
  return pageOf(rows, query, (row) => [row.seq], eventView)
}

function verification(chains: readonly ChainCheck[]) {
  return { intact: chains.every(({ intact }) => intact), chains: [...chains] }
}

function eventView(row: AuditEventsTable): EventView {
  return {
    id: row.id,
    sequence: row.seq,
    at: toIso(row.at),
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    action: row.action,
    object: { kind: row.object_kind, id: row.object_id, name: row.object_name },
    outcome: row.outcome,
    summary: row.summary,
    requestId: row.request_id,
    buildId: row.build_id,
    details: JSON.parse(row.details),
    hash: Buffer.from(row.hash).toString('hex'),
  }
}
