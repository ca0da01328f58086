import { isId } from '@cordon/core/ids'
import { createRoute, Link, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router'
import { Apple, KeyRound, MonitorSmartphone, Smartphone, UserRound } from 'lucide-react'
import { sideLinkClass } from '../ui/nav.tsx'
import { shellRoute } from './shell.tsx'

const PAGES = [
  { to: '/account/profile', label: 'Profile', icon: UserRound },
  { to: '/account/apple-developer-account', label: 'Apple Developer Account', icon: Apple },
  { to: '/account/test-devices', label: 'Test devices', icon: Smartphone },
  { to: '/account/sessions', label: 'Sessions', icon: MonitorSmartphone },
  { to: '/account/personal-tokens', label: 'Personal tokens', icon: KeyRound },
] as const

const pages = () => import('./account-pages.tsx')

/** *Account settings*, with its left bar. */
export const accountRoute = createRoute({ getParentRoute: () => shellRoute, path: '/account', component: AccountPage })

/** `/account` alone leads to the profile. */
export const accountIndexRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/account/profile' })
  },
})
/** Page *Profile*. */
export const profileRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: '/profile',
  component: lazyRouteComponent(pages, 'ProfilePage'),
})
/**
 * Page *Apple Developer Account*. `signIn` opens the dialog to sign in again to a connection; `underway` takes up a sign-in
 * that is under way, also after a reload. Both are ids, and open nothing to anybody else.
 */
export const connectionsRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: '/apple-developer-account',
  validateSearch: (search: Record<string, unknown>): { signIn?: string; underway?: string } => ({
    ...(isId('connection', String(search.signIn)) ? { signIn: String(search.signIn) } : {}),
    ...(isId('appleSignIn', String(search.underway)) ? { underway: String(search.underway) } : {}),
  }),
  component: lazyRouteComponent(pages, 'ConnectionsPage'),
})
/** Page *Test devices*. */
export const myTestDevicesRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: '/test-devices',
  component: lazyRouteComponent(pages, 'MyTestDevicesPage'),
})
/** Page *Sessions*. */
export const sessionsRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: '/sessions',
  component: lazyRouteComponent(pages, 'SessionsPage'),
})
/** Page *Personal tokens*. */
export const personalTokensRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: '/personal-tokens',
  component: lazyRouteComponent(pages, 'PersonalTokensPage'),
})

function AccountPage() {
  return (
    <div className="grid gap-x-8 gap-y-6 md:grid-cols-[15rem_minmax(0,1fr)]">
      <nav aria-label="Account settings" className="md:sticky md:top-22 md:self-start">
        <p className="mb-2 px-3 text-xs font-medium text-ink-faint">Account settings</p>
        <ul className="flex flex-wrap gap-1 md:grid md:gap-0.5">
          {PAGES.map(({ to, label, icon: Icon }) => (
            <li key={to}>
              <Link to={to} className={sideLinkClass}>
                <Icon aria-hidden="true" />
                {label}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className="min-w-0">
        <Outlet />
      </div>
    </div>
  )
}
