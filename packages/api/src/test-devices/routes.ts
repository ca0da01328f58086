import { z } from 'zod'
import { idOf, page, pageQuery } from '../fields.ts'
import { APP_ROLES, route } from '../route.ts'
import { newTestDevice, testDevice } from './schema.ts'

export const testDeviceRoutes = {
  list: route({
    id: 'testDevices.list',
    method: 'GET',
    path: '/api/v1/me/test-devices',
    summary: "Lists the caller's test devices.",
    access: { who: 'person' },
    query: pageQuery,
    response: page(testDevice),
  }),
  add: route({
    id: 'testDevices.add',
    method: 'POST',
    path: '/api/v1/me/test-devices',
    summary: 'Adds a test device; builds of every app whose team the caller is in see it.',
    access: { who: 'person' },
    body: newTestDevice,
    status: 201,
    response: testDevice,
  }),
  remove: route({
    id: 'testDevices.remove',
    method: 'DELETE',
    path: '/api/v1/me/test-devices/:testDeviceId',
    summary: 'Removes a test device here; nothing happens at Apple.',
    access: { who: 'person', own: true },
    params: z.object({ testDeviceId: idOf('testDevice') }),
    status: 204,
  }),
  ofApp: route({
    id: 'testDevices.ofApp',
    method: 'GET',
    path: '/api/v1/apps/:appId/test-devices',
    summary: 'Lists the test devices that builds of the app see: those of the whole team.',
    access: { who: 'member', roles: APP_ROLES },
    params: z.object({ appId: idOf('app') }),
    query: pageQuery,
    response: page(testDevice),
  }),
}
