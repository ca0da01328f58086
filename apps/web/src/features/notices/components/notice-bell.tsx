import type { Notice } from '@cordon/api/notices/schema'
import { useNavigate } from '@tanstack/react-router'
import { Bell, BellOff } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { count } from '../../../platform/format.ts'
import { useAction } from '../../../platform/use-action.ts'
import { Button } from '../../../ui/button.tsx'
import { classes } from '../../../ui/classes.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { Ago } from '../../../ui/time.tsx'
import { markAllRead } from '../api/mark-all-read.ts'
import { useNotices } from '../api/notices.ts'

/** The bell of the header: what the person should know. */
export function NoticeBell() {
  const notices = useNotices()
  const [open, setOpen] = useState(false)
  const unread = notices.data?.unread ?? 0
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button kind="quiet" size="icon" className="relative">
          <Bell aria-hidden="true" />
          <span className="sr-only">{unread === 0 ? 'Notices' : `Notices, ${unread} unread`}</span>
          {unread > 0 && (
            <span
              aria-hidden="true"
              className="absolute top-1 right-1 grid h-4 min-w-4 place-items-center rounded-full bg-danger px-1 text-[0.625rem] leading-none font-bold text-on-danger md:top-0 md:right-0"
            >
              {unread > 9 ? '9+' : unread}
            </span>
          )}
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={12}
          aria-label="Notices"
          className="z-40 flex max-h-[min(32rem,calc(100dvh-6rem))] w-96 max-w-[calc(100vw-1.5rem)] flex-col overflow-hidden rounded-xl border border-line bg-raised text-ink shadow-pop"
        >
          <NoticePanel
            notices={notices.data?.items ?? []}
            error={notices.error}
            unread={unread}
            onFollow={() => setOpen(false)}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

interface NoticePanelProps {
  readonly notices: readonly Notice[]
  readonly error: unknown
  readonly unread: number
  readonly onFollow: () => void
}

function NoticePanel({ notices, error, unread, onFollow }: NoticePanelProps) {
  const read = useAction(markAllRead)
  return (
    <>
      <div className="flex min-h-12 items-center justify-between gap-2 border-b border-line py-1.5 pr-2 pl-4">
        <h2 className="font-semibold">Notices</h2>
        {unread > 0 && (
          <Button kind="quiet" size="small" pending={read.pending} onClick={() => void read.run()}>
            Mark {count(unread, 'notice')} read
          </Button>
        )}
      </div>
      <div className="overflow-y-auto">
        <Problem error={error ?? read.error} />
        {notices.length === 0 ? (
          <EmptyState icon={BellOff} title="Nothing to tell">
            You hear here when an app may use your connection, when an authorisation is suspended, or when an Apple ID
            must be signed in again.
          </EmptyState>
        ) : (
          <ul>
            {notices.map((notice) => (
              <NoticeRow key={notice.id} notice={notice} onFollow={onFollow} />
            ))}
          </ul>
        )}
      </div>
    </>
  )
}

function NoticeRow({ notice, onFollow }: { readonly notice: Notice; readonly onFollow: () => void }) {
  const unread = notice.readAt === null
  return (
    <li className="relative grid gap-1 border-t border-line py-3 pr-4 pl-8 first:border-t-0 hover:bg-hover/60">
      {unread && <span className="absolute top-4.5 left-4 size-2 rounded-full bg-accent" aria-hidden="true" />}
      <p className={classes('min-w-0 break-words', unread && 'font-semibold')}>
        {unread && <span className="sr-only">Unread: </span>}
        <NoticeTitle notice={notice} onFollow={onFollow} />
      </p>
      <p className="text-sm break-words text-ink-soft">{notice.body}</p>
      <p className="flex flex-wrap items-baseline justify-between gap-x-4 text-xs text-ink-faint">
        <Ago at={notice.at} />
        {notice.link.includes('signIn=') && (
          <span aria-hidden="true" className="text-sm font-medium text-accent">
            {NEXT_MOVES[notice.kind] ?? 'Open'}
          </span>
        )}
      </p>
    </li>
  )
}

/** What the link of a notice to the connection's owner leads to; it opens a dialog at once. */
const NEXT_MOVES: Readonly<Record<string, string>> = {
  apple_session_expiring: 'Sign in again',
  apple_session_expired: 'Sign in again',
  apple_session_action_needed: 'See what to do',
}

// Only paths of this web app are followed.
function NoticeTitle({ notice, onFollow }: { readonly notice: Notice; readonly onFollow: () => void }) {
  const navigate = useNavigate()
  if (!/^\/(?!\/)/.test(notice.link)) return <>{notice.title}</>
  return (
    <a
      href={notice.link}
      className="before:absolute before:inset-0 before:content-['']"
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return
        event.preventDefault()
        onFollow()
        void navigate({ href: notice.link })
      }}
    >
      {notice.title}
    </a>
  )
}
