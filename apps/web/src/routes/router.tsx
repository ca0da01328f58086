import { createRoute, createRouter, redirect } from '@tanstack/react-router'
import {
  accountIndexRoute,
  accountRoute,
  connectionsRoute,
  myTestDevicesRoute,
  personalTokensRoute,
  profileRoute,
  sessionsRoute,
} from './account.tsx'
import { administrationIndexRoute, administrationRoute, instanceAuditRoute, peopleRoute } from './administration.tsx'
import { appRoute } from './app.tsx'
import { appAccessRoute, appActivityRoute, appBuildsRoute, appTeamRoute, appTestDevicesRoute } from './app-tabs.tsx'
import { appleSignInHandOffRoute } from './apple-sign-in-hand-off.tsx'
import { appsRoute } from './apps.tsx'
import { buildRoute } from './build.tsx'
import { errorCodeRoute } from './error-code.tsx'
import { invitationRoute } from './invitation.tsx'
import { rootRoute } from './root.tsx'
import { setUpRoute } from './set-up.tsx'
import { shellRoute } from './shell.tsx'
import { signInRoute } from './sign-in.tsx'

const startRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/apps' })
  },
})

const routeTree = rootRoute.addChildren([
  startRoute,
  setUpRoute,
  signInRoute,
  invitationRoute,
  errorCodeRoute,
  shellRoute.addChildren([
    appsRoute,
    appRoute.addChildren([appBuildsRoute, appTeamRoute, appTestDevicesRoute, appAccessRoute, appActivityRoute]),
    accountRoute.addChildren([
      accountIndexRoute,
      profileRoute,
      connectionsRoute,
      myTestDevicesRoute,
      sessionsRoute,
      personalTokensRoute,
    ]),
    buildRoute,
    appleSignInHandOffRoute,
    administrationRoute.addChildren([administrationIndexRoute, peopleRoute, instanceAuditRoute]),
  ]),
])

/** Every screen and its address. */
export const router = createRouter({
  routeTree,
  scrollRestoration: true,
  defaultPendingMs: 300,
  defaultPreload: 'intent',
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
