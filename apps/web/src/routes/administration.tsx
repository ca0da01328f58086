import { createRoute, Link, Outlet, redirect } from '@tanstack/react-router'
import { ScrollText, Users } from 'lucide-react'
import { Invitations } from '../features/accounts/components/invitations.tsx'
import { People } from '../features/accounts/components/people.tsx'
import { InstanceAuditLog } from '../features/audit/components/audit-log.tsx'
import { useCurrentPerson } from '../platform/current-person.ts'
import { PageHeader } from '../ui/card.tsx'
import { sideLinkClass } from '../ui/nav.tsx'
import { NotFoundPage } from './not-found-page.tsx'
import { shellRoute } from './shell.tsx'

const PAGES = [
  { to: '/administration/people', label: 'People', icon: Users },
  { to: '/administration/audit', label: 'Audit log', icon: ScrollText },
] as const

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
/** Page *People*, with the open invitations. */
export const peopleRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: '/people',
  component: PeoplePage,
})
/** Page *Audit log*. */
export const instanceAuditRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: '/audit',
  component: () => (
    <>
      <PageHeader title="Audit log" />
      <InstanceAuditLog />
    </>
  ),
})

function PeoplePage() {
  const me = useCurrentPerson()
  return (
    <>
      <PageHeader title="People" />
      <div className="grid gap-5">
        <People me={me} />
        <Invitations />
      </div>
    </>
  )
}

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
