import { createRootRoute, Outlet } from '@tanstack/react-router'
import { StandInBanner } from '../features/instance/components/stand-in-banner.tsx'
import { Announcer } from '../ui/announcer.tsx'
import { FailedPage } from './failed-page.tsx'
import { NotFoundPage } from './not-found-page.tsx'

/** What every screen stands in. */
export const rootRoute = createRootRoute({
  component: Root,
  notFoundComponent: NotFoundPage,
  errorComponent: FailedPage,
})

function Root() {
  return (
    <>
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-lg focus:bg-accent focus:px-4 focus:py-2.5 focus:font-medium focus:text-on-accent"
      >
        Skip to content
      </a>
      <StandInBanner />
      <Outlet />
      <Announcer />
    </>
  )
}
