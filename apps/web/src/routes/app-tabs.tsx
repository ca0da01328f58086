import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { appRoute } from './app.tsx'

const pages = () => import('./app-pages.tsx')

/** Tab *Builds*. */
export const appBuildsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/',
  component: lazyRouteComponent(pages, 'BuildsTab'),
})
/** Tab *Team*, with the section *Connected Apple Developer Portal account*. */
export const appTeamRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/team',
  component: lazyRouteComponent(pages, 'TeamTab'),
})
/** Tab *Test devices*. */
export const appTestDevicesRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/test-devices',
  component: lazyRouteComponent(pages, 'TestDevicesTab'),
})
/** Tab *Access*. */
export const appAccessRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/access',
  component: lazyRouteComponent(pages, 'AccessTab'),
})
/** Tab *Activity*. */
export const appActivityRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/activity',
  component: lazyRouteComponent(pages, 'ActivityTab'),
})
