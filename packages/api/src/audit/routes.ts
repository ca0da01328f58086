import { z } from 'zod'
import { idOf, page, pageQuery } from '../fields.ts'
import { APP_ROLES, route } from '../route.ts'
import { auditEvent, chainVerification } from './schema.ts'

const leads = { who: 'member', roles: ['owner', 'admin'] } as const
const appParams = z.object({ appId: idOf('app') })
const verification = z.object({ intact: z.boolean(), chains: z.array(chainVerification) })

export const auditRoutes = {
  ofInstance: route({
    id: 'audit.ofInstance',
    method: 'GET',
    path: '/api/v1/audit',
    summary: 'Lists the events of the whole instance, newest first.',
    access: { who: 'administrator' },
    query: pageQuery.extend({ action: z.string().max(80).optional() }),
    response: page(auditEvent),
  }),
  verifyInstance: route({
    id: 'audit.verifyInstance',
    method: 'POST',
    path: '/api/v1/audit/verify',
    summary: 'Checks every chain of the audit log.',
    access: { who: 'administrator' },
    response: verification,
  }),
  ofApp: route({
    id: 'audit.ofApp',
    method: 'GET',
    path: '/api/v1/apps/:appId/audit',
    summary: "Lists the app's events, newest first.",
    access: leads,
    params: appParams,
    query: pageQuery.extend({ action: z.string().max(80).optional() }),
    response: page(auditEvent),
  }),
  verifyApp: route({
    id: 'audit.verifyApp',
    method: 'POST',
    path: '/api/v1/apps/:appId/audit/verify',
    summary: "Checks the chain of the app's audit log.",
    access: leads,
    params: appParams,
    response: verification,
  }),
  ofBuild: route({
    id: 'audit.ofBuild',
    method: 'GET',
    path: '/api/v1/builds/:buildId/audit',
    summary: 'Lists what a build did, oldest first.',
    access: { who: 'build-viewer', roles: APP_ROLES },
    params: z.object({ buildId: idOf('build') }),
    query: pageQuery,
    response: page(auditEvent),
  }),
}
