import { accountRoutes } from './accounts/routes.ts'
import { appleSignInRoutes } from './apple-sign-ins/routes.ts'
import { appRoutes } from './apps/routes.ts'
import { auditRoutes } from './audit/routes.ts'
import { authorisationRoutes } from './authorisations/routes.ts'
import { buildNumberRoutes } from './build-numbers/routes.ts'
import { buildApiRoutes, buildRoutes } from './builds/routes.ts'
import { connectionRoutes } from './connections/routes.ts'
import { instanceRoutes } from './instance/routes.ts'
import { noticeRoutes } from './notices/routes.ts'
import type { Route } from './route.ts'
import { testDeviceRoutes } from './test-devices/routes.ts'

/** Every feature's routes; the server must serve them all. */
export const routesByFeature = {
  accounts: accountRoutes,
  appleSignIns: appleSignInRoutes,
  apps: appRoutes,
  audit: auditRoutes,
  authorisations: authorisationRoutes,
  buildApi: buildApiRoutes,
  buildNumbers: buildNumberRoutes,
  builds: buildRoutes,
  connections: connectionRoutes,
  instance: instanceRoutes,
  notices: noticeRoutes,
  testDevices: testDeviceRoutes,
}

/** All routes in one list. */
export const allRoutes: readonly Route[] = Object.values(routesByFeature).flatMap((routes) => Object.values(routes))
