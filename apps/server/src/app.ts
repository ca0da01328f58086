import type { FastifyInstance } from 'fastify'
import { type Accounts, createAccounts } from './features/accounts/accounts.ts'
import { serveAccounts } from './features/accounts/routes.ts'
import { createAppInvitations } from './features/apps/invitations.ts'
import { serveApps } from './features/apps/routes.ts'
import { type Apps, createApps } from './features/apps/service.ts'
import { serveAudit } from './features/audit/routes.ts'
import { serveAuthorisations } from './features/authorisations/routes.ts'
import { type Authorisations, createAuthorisations } from './features/authorisations/service.ts'
import { suspensionText } from './features/authorisations/texts.ts'
import { serveBuildApi } from './features/build-api/routes.ts'
import { createBuildApi } from './features/build-api/service.ts'
import { serveBuilds } from './features/builds/routes.ts'
import { createBuilds } from './features/builds/service.ts'
import { serveConnections } from './features/connections/routes.ts'
import { type Connections, createConnections } from './features/connections/service.ts'
import { connectionTypes } from './features/connections/types/index.ts'
import { serveInstance } from './features/instance/routes.ts'
import { appleStandIn } from './features/instance/stand-in.ts'
import { serveNotices } from './features/notices/routes.ts'
import { createNotices, type Notices } from './features/notices/service.ts'
import { serveTestDevices } from './features/test-devices/routes.ts'
import { createTestDevices } from './features/test-devices/service.ts'
import { APPLES_OWN } from './platform/config.ts'
import type { SessionCookie } from './platform/http/cookie.ts'
import type { Server } from './platform/http/serve.ts'
import type { Platform } from './platform/platform.ts'
import { VERSION } from './platform/version.ts'

/** Where features are put. */
export interface AppParts {
  readonly platform: Platform
  readonly server: Server
  readonly cookie: SessionCookie
  readonly fastify: FastifyInstance
}

/** The features of a server, wired. */
export interface App {
  /** Link that makes the first administrator, made anew; undefined when that is done. */
  setUpUrl(): Promise<string | undefined>
}

/** Makes every feature and serves its routes. A feature gets what it needs of another one as an argument, here. */
export async function createApp({ platform, server, cookie }: AppParts): Promise<App> {
  const notices = createNotices(platform)
  const authorisations = createAuthorisations({ ...platform, tell: notices.tell })
  const apps = createApps({
    ...platform,
    suspendConnections: authorisations.suspendOf,
    endAuthorisations: authorisations.appDeleted,
  })
  const accounts = wireAccounts(platform, apps, authorisations)
  const connections = wireConnections(platform, authorisations, notices)

  serveAccounts(server, accounts, cookie)
  serveApps(server, apps, createAppInvitations({ ...platform, makeInvitation: accounts.makeInvitation }))
  serveAudit(server, platform)
  serveAuthorisations(server, authorisations)
  serveConnections(server, connections)
  serveNotices(server, notices)
  serveTestDevices(server, createTestDevices(platform))
  serveRuns(platform, server, connections)
  serveInstance(server, instanceParts(platform))
  return { setUpUrl: () => accounts.setUpUrl() }
}

function wireAccounts(platform: Platform, apps: Apps, authorisations: Authorisations): Accounts {
  return createAccounts(platform, {
    joinApp: apps.join,
    personDisabled: (tx, connectionOwnerId, by) =>
      authorisations.suspendOf(tx, { connectionOwnerId, reason: 'account_disabled' }, by),
  })
}

function wireConnections(platform: Platform, authorisations: Authorisations, notices: Notices): Connections {
  const { config, fetch, clock, sleep } = platform
  const { appleBaseUrl: baseUrl, appleEnterpriseBaseUrl: enterpriseBaseUrl } = config
  return createConnections({
    ...platform,
    ...authorisations,
    tell: notices.tell,
    types: connectionTypes,
    apple: { fetch, clock, sleep, baseUrl, enterpriseBaseUrl },
  })
}

function serveRuns(platform: Platform, server: Server, connections: Connections): void {
  const builds = createBuilds(platform)
  serveBuilds(server, builds)
  serveBuildApi(
    server,
    createBuildApi({ ...platform, release: connections.release, endBuild: builds.end, suspensionText }),
  )
}

function instanceParts({ config, db, publicUrl }: Platform) {
  const { appleBaseUrl: baseUrl, appleEnterpriseBaseUrl: enterpriseBaseUrl, buildTokenMinutes } = config
  return {
    version: VERSION,
    publicUrl,
    db,
    buildTokenMinutes,
    appleStandIn: appleStandIn({ baseUrl, enterpriseBaseUrl }, APPLES_OWN),
  }
}
