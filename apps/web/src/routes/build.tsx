import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from './shell.tsx'

/** The run page; its address is the build URL. */
export const buildRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/build/$buildId',
  component: lazyRouteComponent(() => import('./build-page.tsx'), 'BuildPage'),
})
