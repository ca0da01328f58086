import { createRoute, Link, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router'
import { ScrollText, Users } from 'lucide-react'
import { useCurrentPerson } from '../platform/current-person.ts'
import { sideLinkClass } from '../ui/nav.tsx'
import { NotFoundPage } from './not-found-page.tsx'
import { shellRoute } from './shell.tsx'

const PAGES = [
  { to: '/administration/people', label: 'People', icon: Users },
  { to: '/administration/audit', label: 'Audit log', icon: ScrollText },
] as const

const pages = () => import('./administration-pages.tsx')

/** *Administration*, for administrators of the instance. */
export const administrationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/administration',
  component: AdministrationPage,
})
/** `/administration` alone leads to the people. */
export const administrationIndexRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/administration/people' })
  },
})
/** Page *People*. */
export const peopleRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: '/people',
  component: lazyRouteComponent(pages, 'PeoplePage'),
})
/** Page *Audit log*. */
export const instanceAuditRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: '/audit',
  component: lazyRouteComponent(pages, 'InstanceAuditPage'),
})

function AdministrationPage() {
  if (useCurrentPerson().role !== 'administrator') return <NotFoundPage />
  return (
    <div className="grid gap-x-8 gap-y-6 md:grid-cols-[13rem_minmax(0,1fr)]">
      <nav aria-label="Administration" className="md:sticky md:top-22 md:self-start">
        <p className="mb-2 px-3 text-xs font-medium text-ink-faint">Administration</p>
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
