import { z } from 'zod'
import { connectionTypeName } from '../connections/schema.ts'
import { count, idOf, line, page, pageQuery } from '../fields.ts'
import { APP_ROLES, route } from '../route.ts'
import {
  BUILD_OUTCOMES,
  build,
  createdTriggerToken,
  startBuild,
  startedBuild,
  stepReport,
  triggerToken,
} from './schema.ts'
import { portalData } from './wire.ts'

const appParams = z.object({ appId: idOf('app') })
const buildParams = z.object({ buildId: idOf('build') })
const leads = { who: 'member', roles: ['owner', 'admin'] } as const
const end = z.object({ outcome: z.enum(BUILD_OUTCOMES).default('success') })

export const buildRoutes = {
  list: route({
    id: 'builds.list',
    method: 'GET',
    path: '/api/v1/apps/:appId/builds',
    summary: "Lists the app's builds, newest first.",
    access: { who: 'member', roles: APP_ROLES },
    params: appParams,
    query: pageQuery,
    response: page(build),
  }),
  start: route({
    id: 'builds.start',
    method: 'POST',
    path: '/api/v1/apps/:appId/builds',
    summary: "Starts a build as a person. Whoever may do this can read the app's credentials.",
    access: leads,
    params: appParams,
    body: startBuild,
    status: 201,
    response: startedBuild,
  }),
  startByTrigger: route({
    id: 'builds.startByTrigger',
    method: 'POST',
    path: '/api/v1/builds',
    summary: 'Starts a build of the app that the trigger token belongs to.',
    access: { who: 'trigger' },
    body: startBuild,
    status: 201,
    response: startedBuild,
  }),
  read: route({
    id: 'builds.read',
    method: 'GET',
    path: '/api/v1/builds/:buildId',
    summary: 'Shows a build.',
    access: { who: 'build-viewer', roles: APP_ROLES },
    params: buildParams,
    response: build,
  }),
  abort: route({
    id: 'builds.abort',
    method: 'POST',
    path: '/api/v1/builds/:buildId/abort',
    summary: 'Ends a running build; its token stops working at once.',
    access: { who: 'build-viewer', roles: ['owner', 'admin', 'developer'] },
    params: buildParams,
    response: build,
  }),
  triggerTokens: route({
    id: 'builds.triggerTokens',
    method: 'GET',
    path: '/api/v1/apps/:appId/trigger-tokens',
    summary: "Lists the app's trigger tokens.",
    access: leads,
    params: appParams,
    query: pageQuery,
    response: page(triggerToken),
  }),
  createTriggerToken: route({
    id: 'builds.createTriggerToken',
    method: 'POST',
    path: '/api/v1/apps/:appId/trigger-tokens',
    summary: 'Makes a token with which any CI system can start builds of the app; shown once.',
    access: leads,
    params: appParams,
    body: z.object({ name: line(80), expiresInDays: count(1, 3_650).nullable().default(365) }),
    status: 201,
    response: createdTriggerToken,
  }),
  revokeTriggerToken: route({
    id: 'builds.revokeTriggerToken',
    method: 'DELETE',
    path: '/api/v1/apps/:appId/trigger-tokens/:triggerTokenId',
    summary: 'Revokes a trigger token.',
    access: leads,
    params: z.object({ appId: idOf('app'), triggerTokenId: idOf('triggerToken') }),
    status: 204,
  }),
}

/** What a running build may call, below its build URL. */
export const buildApiRoutes = {
  portalData: route({
    id: 'buildApi.portalData',
    method: 'GET',
    path: '/build/:buildId/apple_developer_portal_data.json',
    summary: 'Gives the build the credentials that its app is authorised for; the compatible build protocol.',
    access: { who: 'build' },
    params: buildParams,
    /**
     * `only`: nothing of the other type leaves. `refused=session`: Apple refused the session that this build got, so the server asks Apple
     * itself before it answers, a few times an hour at most. Other clients of the protocol send neither and get all.
     */
    query: z.object({ only: connectionTypeName.optional(), refused: z.literal('session').optional() }),
    response: portalData,
  }),
  report: route({
    id: 'buildApi.report',
    method: 'POST',
    path: '/build/:buildId/reports',
    summary: 'Records what a step did at Apple, as told by the build.',
    access: { who: 'build' },
    params: buildParams,
    body: stepReport,
    status: 204,
  }),
  end: route({
    id: 'buildApi.end',
    method: 'POST',
    path: '/build/:buildId/end',
    summary: 'Ends the build; its token stops working at once.',
    access: { who: 'build' },
    params: buildParams,
    body: end,
    status: 204,
  }),
}
