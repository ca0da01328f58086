import type { AppleSession } from '@cordon/api/connections/schema'
import { ExternalLink } from 'lucide-react'
import type { ReactNode } from 'react'
import { Badge } from '../ui/badge.tsx'
import { classes } from '../ui/classes.ts'
import { Said } from '../ui/time.tsx'
import { type SessionView, TRUST_DAYS, viewSession } from './apple-session-view.ts'

/** How a sign-in to Apple stands, in two or three words. */
export function SessionBadge({ session }: { readonly session: AppleSession }) {
  const { tone, badge } = viewSession(session)
  return (
    <Badge tone={tone} dot>
      {badge}
    </Badge>
  )
}

const FRAMES = {
  success: 'border-line',
  neutral: 'border-line',
  info: 'border-info/25 bg-info-soft',
  warning: 'border-warning/30 bg-warning-soft',
  danger: 'border-danger/30 bg-danger-soft',
} as const satisfies Record<SessionView['tone'], string>

/** How a sign-in to Apple stands: in a sentence, with the days that are left, what comes then, and Apple's page. */
export function SessionPanel({ session, action }: { readonly session: AppleSession; readonly action?: ReactNode }) {
  const view = viewSession(session)
  return (
    <div
      className={classes(
        'flex flex-wrap items-center justify-between gap-x-6 gap-y-3 rounded-lg border px-4 py-3',
        FRAMES[view.tone],
      )}
    >
      <div className="grid min-w-0 flex-1 basis-64 gap-1">
        <p className="font-medium break-words">
          <Said sentence={view.sentence} />
        </p>
        {view.left !== undefined && <DaysLeft days={view.left.days} isLow={view.tone === 'warning'} />}
        <p className="text-sm text-ink-soft">
          <Said sentence={view.advice} />
        </p>
        <ApplePage view={view} />
      </div>
      {action}
    </div>
  )
}

// The sentence above says the same in words.
function DaysLeft({ days, isLow }: { readonly days: number; readonly isLow: boolean }) {
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${TRUST_DAYS} 1`}
      preserveAspectRatio="none"
      className="my-1 h-1.5 w-full max-w-60 overflow-hidden rounded-full bg-line"
    >
      <rect
        width={Math.max(0, Math.min(TRUST_DAYS, days))}
        height="1"
        className={isLow ? 'fill-warning' : 'fill-accent'}
      />
    </svg>
  )
}

/** The link to Apple's page on which something must be done; nothing when there is none, or when it is no web address. */
export function ApplePage({ view: { page } }: { readonly view: SessionView }) {
  if (page === undefined || !/^https:\/\//.test(page.url)) return null
  return (
    <a
      href={page.url}
      target="_blank"
      rel="noreferrer"
      className="inline-flex min-h-11 items-center gap-1 justify-self-start font-medium text-accent underline underline-offset-4 md:min-h-7"
    >
      {page.label}
      <ExternalLink className="size-3.5" aria-hidden="true" />
      <span className="sr-only">(opens in a new tab)</span>
    </a>
  )
}
