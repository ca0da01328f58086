import { z } from 'zod'
import { idOf, line, page, pageQuery } from '../fields.ts'
import { route } from '../route.ts'
import { appStoreConnectKey, connection, connectionTypeForm, newConnection } from './schema.ts'

const params = z.object({ connectionId: idOf('connection') })
const own = { who: 'person', own: true } as const

export const connectionRoutes = {
  types: route({
    id: 'connections.types',
    method: 'GET',
    path: '/api/v1/connection-types',
    summary: 'Lists the types of connection and the form of each.',
    access: { who: 'person' },
    response: z.object({ items: z.array(connectionTypeForm) }),
  }),
  list: route({
    id: 'connections.list',
    method: 'GET',
    path: '/api/v1/connections',
    summary: "Lists the caller's connections.",
    access: { who: 'person' },
    query: pageQuery,
    response: page(connection),
  }),
  create: route({
    id: 'connections.create',
    method: 'POST',
    path: '/api/v1/connections',
    summary: 'Tries a connection against Apple and stores it.',
    access: { who: 'person' },
    body: newConnection,
    status: 201,
    response: connection,
  }),
  read: route({
    id: 'connections.read',
    method: 'GET',
    path: '/api/v1/connections/:connectionId',
    summary: "Shows one of the caller's connections.",
    access: own,
    params,
    response: connection,
  }),
  change: route({
    id: 'connections.change',
    method: 'PATCH',
    path: '/api/v1/connections/:connectionId',
    summary: 'Renames a connection, or sets whether only its owner may choose it.',
    access: own,
    params,
    body: z.object({ name: line(80).optional(), restricted: z.boolean().optional() }),
    response: connection,
  }),
  test: route({
    id: 'connections.test',
    method: 'POST',
    path: '/api/v1/connections/:connectionId/test',
    summary: 'Tries a stored connection against Apple now.',
    access: own,
    params,
    response: connection,
  }),
  replaceKey: route({
    id: 'connections.replaceKey',
    method: 'PUT',
    path: '/api/v1/connections/:connectionId/key',
    summary: 'Puts a new key in the place of the old one; authorisations stay.',
    access: own,
    params,
    body: z.object({ key: appStoreConnectKey, storeUntested: z.boolean().default(false) }),
    response: connection,
  }),
  transfer: route({
    id: 'connections.transfer',
    method: 'POST',
    path: '/api/v1/connections/:connectionId/transfer',
    summary: 'Gives a connection to another person on the instance, named by e-mail.',
    access: own,
    credential: 'session',
    params,
    body: z.object({ email: z.string().max(254) }),
    status: 204,
  }),
  revokeUse: route({
    id: 'connections.revokeUse',
    method: 'DELETE',
    path: '/api/v1/connections/:connectionId/uses/:appId',
    summary: "Takes back an app's authorisation to use the connection.",
    access: own,
    params: z.object({ connectionId: idOf('connection'), appId: idOf('app') }),
    status: 204,
  }),
  remove: route({
    id: 'connections.remove',
    method: 'DELETE',
    path: '/api/v1/connections/:connectionId',
    summary: 'Removes a connection and its secret; apps that used it get nothing from then on.',
    access: own,
    params,
    status: 204,
  }),
}
