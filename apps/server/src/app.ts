import { createAppleIdContext } from '@cordon/apple/apple-id/context'
import { DAY_MS, HOUR_MS } from '@cordon/core/instant'
import type { FastifyInstance } from 'fastify'
import { createAccounts } from './features/accounts/accounts.ts'
import { serveAccounts } from './features/accounts/routes.ts'
import { standInOrigins } from './features/apple-sign-in/origins.ts'
import { serveAppleSignIns } from './features/apple-sign-in/routes.ts'
import { type AppleSignIn, createAppleSignIn } from './features/apple-sign-in/service.ts'
import { createAppInvitations } from './features/apps/invitations.ts'
import { serveApps } from './features/apps/routes.ts'
import { createApps } from './features/apps/service.ts'
import { serveAudit } from './features/audit/routes.ts'
import { serveAuthorisations } from './features/authorisations/routes.ts'
import { type Authorisations, createAuthorisations } from './features/authorisations/service.ts'
import { leadsUsing, listLeads } from './features/authorisations/store.ts'
import { suspensionText } from './features/authorisations/texts.ts'
import { serveBuildApi } from './features/build-api/routes.ts'
import { type BuildApiPorts, createBuildApi } from './features/build-api/service.ts'
import { serveBuildNumbers } from './features/build-numbers/routes.ts'
import { createBuildNumbers } from './features/build-numbers/service.ts'
import { leadLost } from './features/builds/lead-lost.ts'
import { serveBuilds } from './features/builds/routes.ts'
import { createBuilds } from './features/builds/service.ts'
import { createAppleIds } from './features/connections/apple-ids.ts'
import { serveConnections } from './features/connections/routes.ts'
import { type Connections, createConnections } from './features/connections/service.ts'
import { keyTypes } from './features/connections/types/index.ts'
import { serveInstance } from './features/instance/routes.ts'
import { appleReached, appleStandIn, isMixed } from './features/instance/stand-in.ts'
import { serveNotices } from './features/notices/routes.ts'
import { createNotices, type Notices } from './features/notices/service.ts'
import { serveTestDevices } from './features/test-devices/routes.ts'
import { createTestDevices } from './features/test-devices/service.ts'
import { createWebhook, WEBHOOK_JOB, type Webhook } from './features/webhook/service.ts'
import { APPLES_OWN, type Config } from './platform/config.ts'
import type { SessionCookie } from './platform/http/cookie.ts'
import type { Server } from './platform/http/serve.ts'
import { createWorker, type Worker } from './platform/jobs/worker.ts'
import { tellingFetch } from './platform/outgoing/reach.ts'
import type { Platform } from './platform/platform.ts'
import { createQuota } from './platform/throttle/quota.ts'
import { createThrottle } from './platform/throttle/throttle.ts'
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
  /** Does what is due; whoever starts the server starts it. */
  readonly worker: Worker
}

/** Makes every feature and serves its routes. A feature gets what it needs of another one as an argument, here. */
export async function createApp({ platform, server, cookie }: AppParts): Promise<App> {
  const notices = createNotices(platform)
  const authorisations = createAuthorisations({
    ...platform,
    tell: notices.tell,
    tryConnection: (id) => connections.tryForApp(id),
  })
  const leadLostParts = { ...platform, tell: notices.tell, leadsOf: listLeads }
  const apps = createApps({
    ...platform,
    suspendConnections: authorisations.suspendOf,
    endAuthorisations: authorisations.appDeleted,
    leadLost: (tx, lost, by) => leadLost(leadLostParts, tx, lost, by),
  })
  const accounts = createAccounts(platform, {
    joinApp: apps.join,
    personDisabled: async (tx, { id: userId, name }, by) => [
      ...(await authorisations.suspendOf(tx, { connectionOwnerId: userId, reason: 'account_disabled' }, by)),
      ...(await leadLost(leadLostParts, tx, { userId, name }, by)),
    ],
  })
  const webhook = createWebhook({ ...platform, target: webhookTarget(platform.config) })
  const apple = tellingFetch(platform)
  const appleSignIn = wireAppleSignIn(platform, apple, notices, webhook)
  const connections = wireConnections(platform, apple, authorisations, notices, appleSignIn)

  serveAccounts(server, accounts, cookie)
  serveAppleSignIns(server, appleSignIn)
  serveApps(server, apps, createAppInvitations({ ...platform, makeInvitation: accounts.makeInvitation }))
  serveAudit(server, platform)
  serveAuthorisations(server, authorisations)
  serveConnections(server, connections)
  serveNotices(server, notices)
  serveBuildNumbers(server, createBuildNumbers(platform))
  serveTestDevices(server, createTestDevices(platform))
  serveRuns(platform, server, connections, appleSignIn)
  serveInstance(server, instanceParts(platform))
  const handlers = { ...appleSignIn.jobs, [WEBHOOK_JOB]: webhook.deliver }
  return { setUpUrl: () => accounts.setUpUrl(), worker: createWorker({ ...platform, handlers }) }
}

function wireAppleSignIn(platform: Platform, apple: typeof fetch, notices: Notices, webhook: Webhook): AppleSignIn {
  const { config, clock, sleep, randomBytes } = platform
  const standIn = config.appleIdBaseUrl
  // A stand-in counts nothing; Apple does.
  const way = standIn === undefined ? {} : { origins: standInOrigins(standIn), minimumDistanceMs: 0 }
  return createAppleSignIn({
    ...platform,
    connections: createAppleIds(platform),
    tell: notices.tell,
    leadsUsing,
    report: webhook.report,
    isMixed: isMixed(addressesOf(config), APPLES_OWN),
    throttle: createThrottle(platform, APPLE_LIMITS),
    quota: createQuota(platform, { windowMs: HOUR_MS }),
    context: () => createAppleIdContext({ fetch: apple, clock, sleep, randomBytes, ...way }),
  })
}

// Apple locks accounts that fail too often: after the free tries an hour's pause, and one try an hour for a day.
const APPLE_LIMITS = { firstWaitMs: HOUR_MS, longestWaitMs: HOUR_MS, forgetAfterMs: DAY_MS }

function webhookTarget({ webhookUrl: url, webhookSecret: secret }: Config) {
  return url === undefined || secret === undefined ? undefined : { url, secret }
}

function wireConnections(
  platform: Platform,
  apple: typeof fetch,
  authorisations: Authorisations,
  notices: Notices,
  appleSignIn: AppleSignIn,
): Connections {
  const { config, clock, sleep } = platform
  const { appleBaseUrl: baseUrl, appleEnterpriseBaseUrl: enterpriseBaseUrl } = config
  return createConnections({
    ...platform,
    ...authorisations,
    tell: notices.tell,
    types: keyTypes,
    trySession: appleSignIn.trySession,
    apple: { fetch: apple, clock, sleep, baseUrl, enterpriseBaseUrl },
  })
}

function serveRuns(platform: Platform, server: Server, connections: Connections, appleSignIn: AppleSignIn): void {
  const builds = createBuilds(platform)
  serveBuilds(server, builds)
  const release: BuildApiPorts['release'] = ({ type, ...stored }, isRefused) =>
    type === 'apple_id' ? appleSignIn.release(stored.connectionId, isRefused) : connections.release({ type, ...stored })
  serveBuildApi(server, createBuildApi({ ...platform, release, endBuild: builds.end, suspensionText }))
}

function addressesOf({ appleBaseUrl, appleEnterpriseBaseUrl, appleIdBaseUrl }: Config) {
  return { baseUrl: appleBaseUrl, enterpriseBaseUrl: appleEnterpriseBaseUrl, appleIdBaseUrl }
}

function instanceParts({ config, db, publicUrl }: Platform) {
  const addresses = addressesOf(config)
  return {
    version: VERSION,
    publicUrl,
    db,
    buildTokenMinutes: config.buildTokenMinutes,
    appleStandIn: appleStandIn(addresses, APPLES_OWN),
    appleReached: appleReached(addresses, APPLES_OWN),
  }
}
