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
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-lg bg-accent px-4 py-2.5 font-medium text-on-accent focus:translate-y-0"
      >
        Skip to content
      </a>
      <StandInBanner />
      <Outlet />
      <Announcer />
    </>
  )
}
