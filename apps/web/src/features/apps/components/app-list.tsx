import type { App } from '@cordon/api/apps/schema'
import { Link } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { ROLE_NAMES } from '../../../shared/roles.ts'
import { Badge, type Tone } from '../../../ui/badge.tsx'
import { Paged } from '../../../ui/table.tsx'
import { useApps } from '../api/apps.ts'

const CONNECTION_BADGES = {
  active: { tone: 'success', text: 'Apple connected' },
  suspended: { tone: 'danger', text: 'Apple connection suspended' },
  none: { tone: 'neutral', text: 'No Apple connection' },
} as const satisfies Record<App['connectionState'], { tone: Tone; text: string }>

/** Whether builds of an app get an Apple connection now. */
export function ConnectionBadge({ state }: { readonly state: App['connectionState'] }) {
  const { tone, text } = CONNECTION_BADGES[state]
  return (
    <Badge tone={tone} dot>
      {text}
    </Badge>
  )
}

/** Apps whose team the person is in. */
export function AppList({ empty }: { readonly empty: ReactNode }) {
  const pages = useApps()
  return (
    <Paged pages={pages} empty={empty}>
      <ul aria-label="Apps">
        {pages.items.map((app) => (
          <AppRow key={app.id} app={app} />
        ))}
      </ul>
    </Paged>
  )
}

function AppRow({ app }: { readonly app: App }) {
  return (
    <li className="relative flex items-center gap-4 border-t border-line px-4 py-3.5 first:border-t-0 hover:bg-hover/60 md:px-5">
      <AppInitial name={app.name} />
      <span className="grid min-w-0 flex-1 gap-x-4 gap-y-1 sm:grid-cols-[1fr_auto] sm:items-center">
        <span className="grid min-w-0">
          <Link
            to="/apps/$appId"
            params={{ appId: app.id }}
            className="truncate font-medium before:absolute before:inset-0 before:content-['']"
          >
            {app.name}
          </Link>
          <span className="truncate text-sm text-ink-soft">{standing(app)}</span>
        </span>
        <span>
          <ConnectionBadge state={app.connectionState} />
        </span>
      </span>
      <ChevronRight className="size-4 shrink-0 text-ink-faint" aria-hidden="true" />
    </li>
  )
}

function standing({ role, owner }: App): string {
  if (role === 'owner') return 'You own it'
  return `${role === null ? 'Not in the team' : ROLE_NAMES[role]} · owned by ${owner.name}`
}

function AppInitial({ name }: { readonly name: string }) {
  return (
    <span
      aria-hidden="true"
      className="grid size-9 shrink-0 place-items-center rounded-lg bg-accent-soft font-semibold text-accent"
    >
      {name.trim().charAt(0).toUpperCase()}
    </span>
  )
}
