import { z } from 'zod'
import { createdInvitation, invitation } from '../accounts/schema.ts'
import { idOf, line, page, pageQuery, text } from '../fields.ts'
import { APP_ROLES, route } from '../route.ts'
import { ASSIGNABLE_ROLES, app, member, newApp } from './schema.ts'

const params = z.object({ appId: idOf('app') })
const memberParams = z.object({ appId: idOf('app'), userId: idOf('user') })
const everyone = { who: 'member', roles: APP_ROLES } as const
const leads = { who: 'member', roles: ['owner', 'admin'] } as const
const owner = { who: 'member', roles: ['owner'] } as const

export const appRoutes = {
  list: route({
    id: 'apps.list',
    method: 'GET',
    path: '/api/v1/apps',
    summary: 'Lists the apps whose team the caller is in.',
    access: { who: 'person' },
    query: pageQuery,
    response: page(app),
  }),
  create: route({
    id: 'apps.create',
    method: 'POST',
    path: '/api/v1/apps',
    summary: 'Creates an app; the caller becomes its owner.',
    access: { who: 'person' },
    body: newApp,
    status: 201,
    response: app,
  }),
  read: route({
    id: 'apps.read',
    method: 'GET',
    path: '/api/v1/apps/:appId',
    summary: 'Shows an app.',
    access: everyone,
    params,
    response: app,
  }),
  rename: route({
    id: 'apps.rename',
    method: 'PATCH',
    path: '/api/v1/apps/:appId',
    summary: 'Renames an app.',
    access: leads,
    params,
    body: z.object({ name: line(80) }),
    response: app,
  }),
  remove: route({
    id: 'apps.remove',
    method: 'DELETE',
    path: '/api/v1/apps/:appId',
    summary: 'Deletes an app, its builds and its authorisations. Its audit log stays.',
    access: owner,
    params,
    status: 204,
  }),
  transfer: route({
    id: 'apps.transfer',
    method: 'POST',
    path: '/api/v1/apps/:appId/transfer',
    summary: 'Makes another member the owner; the former owner becomes an admin.',
    access: owner,
    params,
    body: z.object({ userId: idOf('user') }),
    response: app,
  }),
  members: route({
    id: 'apps.members',
    method: 'GET',
    path: '/api/v1/apps/:appId/members',
    summary: "Lists the app's team.",
    access: everyone,
    params,
    query: pageQuery,
    response: page(member),
  }),
  changeMember: route({
    id: 'apps.changeMember',
    method: 'PATCH',
    path: '/api/v1/apps/:appId/members/:userId',
    summary: "Changes a member's role. Connections of who is no admin any more are suspended.",
    access: leads,
    params: memberParams,
    body: z.object({ role: z.enum(ASSIGNABLE_ROLES) }),
    response: member,
  }),
  removeMember: route({
    id: 'apps.removeMember',
    method: 'DELETE',
    path: '/api/v1/apps/:appId/members/:userId',
    summary: 'Removes a member; members may remove themselves.',
    access: everyone,
    params: memberParams,
    status: 204,
  }),
  invitations: route({
    id: 'apps.invitations',
    method: 'GET',
    path: '/api/v1/apps/:appId/invitations',
    summary: "Lists the open invitations to the app's team.",
    access: leads,
    params,
    query: pageQuery,
    response: page(invitation),
  }),
  invite: route({
    id: 'apps.invite',
    method: 'POST',
    path: '/api/v1/apps/:appId/invitations',
    summary: "Makes an invitation link to the app's team; membership starts when it is accepted.",
    access: leads,
    params,
    body: z.object({ role: z.enum(ASSIGNABLE_ROLES), note: text(200).default('') }),
    status: 201,
    response: createdInvitation,
  }),
  revokeInvitation: route({
    id: 'apps.revokeInvitation',
    method: 'DELETE',
    path: '/api/v1/apps/:appId/invitations/:invitationId',
    summary: "Takes an invitation to the app's team back.",
    access: leads,
    params: z.object({ appId: idOf('app'), invitationId: idOf('invitation') }),
    status: 204,
  }),
}
