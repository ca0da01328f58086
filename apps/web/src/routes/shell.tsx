import type { Person } from '@cordon/api/accounts/schema'
import { useQuery } from '@tanstack/react-query'
import { createRoute, Link, Outlet, redirect, useNavigate } from '@tanstack/react-router'
import { ChevronDown, LogOut, Monitor, Moon, Settings, Sun } from 'lucide-react'
import { meQuery } from '../features/accounts/api/me.ts'
import { signOut } from '../features/accounts/api/sign-out.ts'
import { NoticeBell } from '../features/notices/components/notice-bell.tsx'
import { CurrentPerson } from '../platform/current-person.ts'
import { hasCode } from '../platform/problem.ts'
import { queryClient } from '../platform/queries.ts'
import { chooseTheme, useTheme } from '../platform/theme.ts'
import { useAction } from '../platform/use-action.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { LogoMark } from '../ui/logo.tsx'
import { Menu, MenuChoice, MenuItem, MenuSeparator } from '../ui/menu.tsx'
import { rootRoute } from './root.tsx'

/** Everything for people who are signed in. Others are sent to sign in, and come back. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ location, cause }) => {
    try {
      await queryClient.ensureQueryData(meQuery)
    } catch (error) {
      if (!hasCode(error, 'access.unauthenticated')) throw error
      const next = location.pathname === '/' ? {} : { next: location.href }
      // Who was here already did not choose to leave.
      throw redirect({ to: '/sign-in', search: cause === 'stay' ? { ...next, ended: true } : next })
    }
  },
  component: Shell,
})

function Shell() {
  const { data: person } = useQuery(meQuery)
  if (person === undefined) return null
  return (
    <CurrentPerson value={person}>
      <Header person={person} />
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-6xl px-4 pt-6 pb-20 md:px-6 md:pt-8">
        <Outlet />
      </main>
    </CurrentPerson>
  )
}

const navClass =
  'flex min-h-11 items-center rounded-lg px-2.5 text-base font-medium text-ink-soft hover:bg-hover hover:text-ink aria-[current=page]:text-ink md:min-h-9 md:px-3'

function Header({ person }: { readonly person: Person }) {
  return (
    <header className="sticky top-0 z-20 border-b border-line bg-surface">
      <div className="mx-auto flex h-14 max-w-6xl items-center gap-1 px-3 md:gap-2 md:px-6">
        <Link
          to="/apps"
          className="flex min-h-11 items-center gap-2.5 rounded-lg pr-2 md:mr-2"
          aria-label="Cordon, start page"
        >
          <LogoMark className="size-7" />
          <span className="hidden text-lg font-semibold tracking-tight sm:inline">Cordon</span>
        </Link>
        <nav aria-label="Main" className="flex min-w-0 items-center gap-0.5">
          <Link to="/apps" className={navClass}>
            Apps
          </Link>
          {person.role === 'administrator' && (
            <Link to="/administration" className={navClass}>
              Administration
            </Link>
          )}
        </nav>
        <div className="ml-auto flex items-center gap-1">
          <NoticeBell />
          <ProfileMenu person={person} />
        </div>
      </div>
    </header>
  )
}

const THEME_CHOICES = [
  { value: 'system', label: 'Like the system', icon: Monitor },
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
] as const

function ProfileMenu({ person }: { readonly person: Person }) {
  const navigate = useNavigate()
  const theme = useTheme()
  const leave = useAction(signOut, {
    done: 'You are signed out',
    onDone: () => {
      queryClient.clear()
      void navigate({ to: '/sign-in' })
    },
  })
  const trigger = (
    <Button kind="quiet" className="px-1.5">
      <Avatar name={person.name} />
      <span className="sr-only">Profile menu of </span>
      <span className="max-w-40 truncate max-md:sr-only">{person.name}</span>
      <ChevronDown aria-hidden="true" className="hidden md:inline" />
    </Button>
  )
  return (
    <Menu trigger={trigger}>
      <div className="grid px-2.5 pt-1 pb-2">
        <span className="truncate font-medium">{person.name}</span>
        <span className="truncate text-sm text-ink-soft">{person.email}</span>
      </div>
      <MenuSeparator />
      <MenuItem icon={Settings} onSelect={() => void navigate({ to: '/account/profile' })}>
        Account settings
      </MenuItem>
      <MenuSeparator />
      <MenuChoice label="Theme" value={theme} onValue={chooseTheme} choices={THEME_CHOICES} />
      <MenuSeparator />
      <MenuItem icon={LogOut} onSelect={() => void leave.run()}>
        Sign out
      </MenuItem>
    </Menu>
  )
}
