import { z } from 'zod'
import { connectionTypeName } from '../connections/schema.ts'
import { idOf } from '../fields.ts'
import { APP_ROLES, route } from '../route.ts'
import { appAuthorisation, authorisationTest } from './schema.ts'

const params = z.object({ appId: idOf('app'), type: connectionTypeName })
const leads = { who: 'member', roles: ['owner', 'admin'] } as const

export const authorisationRoutes = {
  list: route({
    id: 'authorisations.list',
    method: 'GET',
    path: '/api/v1/apps/:appId/authorisations',
    summary: 'Shows which connections the app may use and which could be chosen.',
    access: { who: 'member', roles: APP_ROLES },
    params: z.object({ appId: idOf('app') }),
    response: z.object({ items: z.array(appAuthorisation) }),
  }),
  authorise: route({
    id: 'authorisations.authorise',
    method: 'PUT',
    path: '/api/v1/apps/:appId/authorisations/:type',
    summary: 'Chooses the connection that the app uses from the next build on.',
    access: leads,
    params,
    body: z.object({ connectionId: idOf('connection') }),
    response: appAuthorisation,
  }),
  test: route({
    id: 'authorisations.test',
    method: 'POST',
    path: '/api/v1/apps/:appId/authorisations/:type/test',
    summary: "Tries the app's connection against Apple now and shows what was checked.",
    access: leads,
    params,
    response: authorisationTest,
  }),
  withdraw: route({
    id: 'authorisations.withdraw',
    method: 'DELETE',
    path: '/api/v1/apps/:appId/authorisations/:type',
    summary: 'Lets the app use no connection of this type.',
    access: leads,
    params,
    status: 204,
  }),
}
