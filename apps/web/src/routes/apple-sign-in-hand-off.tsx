import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from './shell.tsx'

/** The link by which somebody asks another person to type Apple's code leads here. */
export const appleSignInHandOffRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/apple-sign-in-hand-off',
  component: lazyRouteComponent(() => import('./apple-sign-in-hand-off-page.tsx'), 'AppleSignInHandOffPage'),
})
