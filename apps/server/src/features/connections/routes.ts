import { connectionRoutes } from '@cordon/api/connections/routes'
import type { Connection } from '@cordon/api/connections/schema'
import { type Instant, toIso } from '@cordon/core/instant'
import { secret } from '@cordon/core/secret'
import type { Server } from '../../platform/http/serve.ts'
import type { ConnectionView } from './parts.ts'
import type { Connections } from './service.ts'
import { connectionForms } from './types/index.ts'

/** Serves people's own connections. No answer holds a secret. */
export function serveConnections(server: Server, connections: Connections): void {
  server.serve(connectionRoutes.types, async () => ({ items: Object.values(connectionForms) }))
  server.serve(connectionRoutes.list, async (call) => {
    const { items, nextCursor } = await connections.list(call.query, call)
    return { items: items.map(shape), nextCursor }
  })
  server.serve(connectionRoutes.create, async (call) => shape(await connections.create(call.body, call)))
  server.serve(connectionRoutes.read, async (call) => shape(await connections.read(call.params.connectionId, call)))
  serveChanges(server, connections)
}

function serveChanges(server: Server, connections: Connections): void {
  server.serve(connectionRoutes.change, async (call) =>
    shape(await connections.change(call.params.connectionId, call.body, call)),
  )
  server.serve(connectionRoutes.test, async (call) => shape(await connections.test(call.params.connectionId, call)))
  server.serve(connectionRoutes.replaceKey, async (call) =>
    shape(await connections.replaceKey(call.params.connectionId, call.body, call)),
  )
  server.serve(connectionRoutes.setAppSpecificPassword, async ({ params, body, ...call }) => {
    const given = body.appSpecificPassword
    const password = given === null ? undefined : secret(given)
    return shape(await connections.setAppSpecificPassword(params.connectionId, password, call))
  })
  server.serve(connectionRoutes.transfer, (call) =>
    connections.transfer(call.params.connectionId, call.body.email, call),
  )
  server.serve(connectionRoutes.revokeUse, (call) =>
    connections.revokeUse(call.params.connectionId, call.params.appId, call),
  )
  server.serve(connectionRoutes.remove, (call) => connections.remove(call.params.connectionId, call))
}

function shape(view: ConnectionView): Connection {
  const { id, type, name, owner, restricted, session } = view
  return {
    id,
    type,
    name,
    summary: summaryOf(view),
    session,
    owner,
    restricted,
    health: { state: view.state, checkedAt: isoOrNull(view.checkedAt), checks: view.checks },
    usedBy: view.usedBy.map((use) => ({ ...use, authorisedAt: toIso(use.authorisedAt) })),
    createdAt: toIso(view.createdAt),
    keyReplacedAt: isoOrNull(view.keyReplacedAt),
    lastUsedAt: isoOrNull(view.lastUsedAt),
  }
}

function summaryOf({ kind, keyId, issuerId, teamId, role, ...view }: ConnectionView): Connection['summary'] {
  if (kind !== 'apple_id') return { kind, keyId, issuerId, teamId, role }
  return { kind, accountName: keyId, hasAppSpecificPassword: view.hasAppSpecificPassword, teams: [...view.teams] }
}

function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : toIso(at)
}
