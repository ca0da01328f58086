import type { App } from '@cordon/api/apps/schema'
import { useQuery } from '@tanstack/react-query'
import { createRoute, Link, Outlet, useNavigate } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { appQuery } from '../features/apps/api/app.ts'
import { ConnectionBadge } from '../features/apps/components/app-list.tsx'
import { AppMenu } from '../features/apps/components/app-menu.tsx'
import { mayLead } from '../features/apps/components/rights.ts'
import { hasCode } from '../platform/problem.ts'
import { usePageTitle } from '../ui/card.tsx'
import { tabBarClass, tabClass } from '../ui/nav.tsx'
import { Problem } from '../ui/problem.tsx'
import { Skeleton, SkeletonRows } from '../ui/skeleton.tsx'
import { NotFoundPage } from './not-found-page.tsx'
import { shellRoute } from './shell.tsx'

/** One app: its header and tabs. */
export const appRoute = createRoute({ getParentRoute: () => shellRoute, path: '/apps/$appId', component: AppPage })

function AppPage() {
  const { appId } = appRoute.useParams()
  const { data: app, error, refetch } = useQuery(appQuery(appId))
  usePageTitle(app?.name ?? '')
  if (hasCode(error, 'app.not_found', 'request.invalid')) return <NotFoundPage />
  if (error !== null && app === undefined) return <Problem error={error} onRetry={() => void refetch()} />
  if (app === undefined) return <AppSkeleton />
  return (
    <>
      <AppHeader app={app} />
      <Tabs app={app} />
      <div className="grid gap-5">
        <Outlet />
      </div>
    </>
  )
}

function AppHeader({ app }: { readonly app: App }) {
  const navigate = useNavigate()
  return (
    <>
      <Link
        to="/apps"
        className="mb-1 inline-flex min-h-11 items-center gap-1 text-sm text-ink-soft hover:text-ink md:min-h-6"
      >
        <ChevronLeft className="size-4" aria-hidden="true" />
        Apps
      </Link>
      <div className="mb-3 flex items-start justify-between gap-3">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1.5">
          <h1 className="min-w-0 text-xl font-semibold tracking-tight break-words">{app.name}</h1>
          <ConnectionBadge state={app.connectionState} />
        </div>
        <AppMenu app={app} onGone={() => void navigate({ to: '/apps' })} />
      </div>
    </>
  )
}

function Tabs({ app }: { readonly app: App }) {
  const params = { appId: app.id }
  return (
    <nav aria-label="App" className={tabBarClass}>
      <Link to="/apps/$appId" params={params} activeOptions={{ exact: true }} className={tabClass}>
        Builds
      </Link>
      <Link to="/apps/$appId/team" params={params} activeOptions={{ includeHash: false }} className={tabClass}>
        Team
      </Link>
      <Link to="/apps/$appId/test-devices" params={params} className={tabClass}>
        Test devices
      </Link>
      {mayLead(app) && (
        <>
          <Link to="/apps/$appId/access" params={params} className={tabClass}>
            Access
          </Link>
          <Link to="/apps/$appId/activity" params={params} className={tabClass}>
            Activity
          </Link>
        </>
      )}
    </nav>
  )
}

function AppSkeleton() {
  return (
    <>
      <Skeleton className="mb-6 h-7 w-56" />
      <SkeletonRows />
    </>
  )
}
