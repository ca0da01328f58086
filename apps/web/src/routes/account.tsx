import { createRoute, Link, Outlet, redirect } from '@tanstack/react-router'
import { Apple, KeyRound, MonitorSmartphone, Smartphone, UserRound } from 'lucide-react'
import { PersonalTokens } from '../features/accounts/components/personal-tokens.tsx'
import { Profile } from '../features/accounts/components/profile.tsx'
import { Sessions } from '../features/accounts/components/sessions.tsx'
import { AuthoriseNext } from '../features/apps/components/authorise-next.tsx'
import { ConnectionList } from '../features/connections/components/connection-list.tsx'
import { MyTestDevices } from '../features/test-devices/components/my-test-devices.tsx'
import { useCurrentPerson } from '../platform/current-person.ts'
import { PageHeader } from '../ui/card.tsx'
import { sideLinkClass } from '../ui/nav.tsx'
import { shellRoute } from './shell.tsx'

const PAGES = [
  { to: '/account/profile', label: 'Profile', icon: UserRound },
  { to: '/account/apple-developer-account', label: 'Apple Developer Account', icon: Apple },
  { to: '/account/test-devices', label: 'Test devices', icon: Smartphone },
  { to: '/account/sessions', label: 'Sessions', icon: MonitorSmartphone },
  { to: '/account/personal-tokens', label: 'Personal tokens', icon: KeyRound },
] as const

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
  component: ProfilePage,
})
/** Page *Apple Developer Account*. */
export const connectionsRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: '/apple-developer-account',
  component: () => <ConnectionList next={<AuthoriseNext />} />,
})
/** Page *Test devices*. */
export const myTestDevicesRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: '/test-devices',
  component: () => (
    <>
      <PageHeader title="Test devices" />
      <MyTestDevices />
    </>
  ),
})
/** Page *Sessions*. */
export const sessionsRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: '/sessions',
  component: () => (
    <>
      <PageHeader title="Sessions" />
      <Sessions />
    </>
  ),
})
/** Page *Personal tokens*. */
export const personalTokensRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: '/personal-tokens',
  component: () => (
    <>
      <PageHeader title="Personal tokens" />
      <PersonalTokens />
    </>
  ),
})

function ProfilePage() {
  const person = useCurrentPerson()
  return (
    <>
      <PageHeader title="Profile" />
      <Profile person={person} />
    </>
  )
}

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
