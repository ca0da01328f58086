import { appRoutes } from '@cordon/api/apps/routes'
import type { Server } from '../../platform/http/serve.ts'
import type { AppInvitations } from './invitations.ts'
import type { Apps } from './service.ts'
import { shapeApp, shapeInvitation, shapeMember } from './shape.ts'

/** Serves apps, their teams and the invitations to them. */
export function serveApps(server: Server, apps: Apps, invitations: AppInvitations): void {
  server.serve(appRoutes.list, async ({ principal, query }) => {
    const { items, nextCursor } = await apps.list(principal.userId, query)
    return { items: items.map(shapeApp), nextCursor }
  })
  server.serve(appRoutes.create, async (call) => shapeApp(await apps.create(call.body.name, call)))
  server.serve(appRoutes.read, async ({ params, principal }) =>
    shapeApp(await apps.read(params.appId, principal.userId)),
  )
  server.serve(appRoutes.rename, async (call) => shapeApp(await apps.rename(call.params.appId, call.body.name, call)))
  server.serve(appRoutes.remove, (call) => apps.remove(call.params.appId, call))
  server.serve(appRoutes.transfer, async (call) =>
    shapeApp(await apps.transfer(call.params.appId, call.body.userId, call)),
  )
  serveTeam(server, apps)
  serveInvitations(server, invitations)
}

function serveTeam(server: Server, apps: Apps): void {
  server.serve(appRoutes.members, async ({ params, query }) => {
    const { items, nextCursor } = await apps.members(params.appId, query)
    return { items: items.map(shapeMember), nextCursor }
  })
  server.serve(appRoutes.changeMember, async (call) => {
    const { appId, userId } = call.params
    return shapeMember(await apps.changeRole(appId, userId, call.body.role, call))
  })
  server.serve(appRoutes.removeMember, (call) => apps.removeMember(call.params.appId, call.params.userId, call))
}

function serveInvitations(server: Server, invitations: AppInvitations): void {
  server.serve(appRoutes.invitations, async ({ params, query }) => {
    const { items, nextCursor } = await invitations.list(params.appId, query)
    return { items: items.map(shapeInvitation), nextCursor }
  })
  server.serve(appRoutes.invite, async (call) => {
    const { invitation, url } = await invitations.invite(call.params.appId, call.body, call)
    return { invitation: shapeInvitation(invitation), url: url.reveal() }
  })
  server.serve(appRoutes.revokeInvitation, (call) =>
    invitations.revoke(call.params.appId, call.params.invitationId, call),
  )
}
