import { authorisationRoutes } from '@cordon/api/authorisations/routes'
import type { AppAuthorisation } from '@cordon/api/authorisations/schema'
import { describeAppleSession } from '@cordon/api/connections/apple-session'
import { type Instant, toIso } from '@cordon/core/instant'
import type { Server } from '../../platform/http/serve.ts'
import type { AppAuthorisationRow, Authorisations } from './service.ts'
import type { AuthorisationRow, ConnectionRow } from './store.ts'

/** Serves which connection an app may use. */
export function serveAuthorisations(server: Server, authorisations: Authorisations): void {
  server.serve(authorisationRoutes.list, async (call) => {
    const rows = await authorisations.list(call.params.appId, call)
    return { items: rows.map(shape) }
  })
  server.serve(authorisationRoutes.authorise, async (call) => {
    const { appId, type } = call.params
    return shape(await authorisations.authorise(appId, type, call.body.connectionId, call))
  })
  server.serve(authorisationRoutes.test, async (call) => {
    const { checkedAt, checks, ...test } = await authorisations.test(call.params.appId, call.params.type, call)
    return { ...test, checks: [...checks], checkedAt: checkedAt === null ? null : toIso(checkedAt) }
  })
  server.serve(authorisationRoutes.withdraw, (call) =>
    authorisations.withdraw(call.params.appId, call.params.type, call),
  )
}

function shape({ type, at, current, options, changeable }: AppAuthorisationRow): AppAuthorisation {
  return {
    type,
    current: current && shapeCurrent(current, at),
    options: options.map((option) => ({ ...option, connection: shapeConnection(option.connection, at) })),
    changeable,
  }
}

function shapeCurrent(row: AuthorisationRow, at: Instant): AppAuthorisation['current'] {
  return {
    id: row.id,
    connection: shapeConnection(row.connection, at),
    state: row.state,
    suspendedReason: row.suspendedReason,
    suspendedAt: row.suspendedAt === null ? null : toIso(row.suspendedAt),
    authorisedBy: row.authorisedBy,
    authorisedAt: toIso(row.authorisedAt),
  }
}

function shapeConnection({ id, name, owner, kind, identifier, session }: ConnectionRow, at: Instant) {
  return { id, name, owner, kind, identifier, session: session && describeAppleSession(session, at) }
}
