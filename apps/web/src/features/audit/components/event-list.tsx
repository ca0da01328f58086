import type { AuditEventView } from '@cordon/api/audit/schema'
import { Bot, ChevronDown, Terminal, User } from 'lucide-react'
import type { ReactNode } from 'react'
import { exact } from '../../../platform/format.ts'
import { classes } from '../../../ui/classes.ts'
import { Ago, Time } from '../../../ui/time.tsx'
import { actionWords } from './action-words.ts'
import { detailsOf } from './event-details.ts'
import { lookOf } from './event-look.ts'
import { ReportedActions } from './reported-actions.tsx'

/** Events of the audit log as a timeline; each opens to its details. */
export function EventList({ label, events }: { readonly label: string; readonly events: readonly AuditEventView[] }) {
  return (
    <ol aria-label={label}>
      {events.map((event) => (
        <Event key={event.id} event={event} />
      ))}
    </ol>
  )
}

function Event({ event }: { readonly event: AuditEventView }) {
  const { icon: Icon, tone, text } = lookOf(event)
  const Actor = event.actor.kind === 'person' ? User : Bot
  return (
    <li className="border-t border-line first:border-t-0">
      <details className="group">
        <summary className="flex list-none items-start gap-3 px-4 py-3 hover:bg-hover/60 md:px-5 [&::-webkit-details-marker]:hidden">
          <Icon className={classes('mt-0.5 size-4.5 shrink-0', tone)} aria-hidden="true" />
          <span className="grid min-w-0 flex-1 gap-0.5">
            <span className="break-words">
              <span className="sr-only">{text}: </span>
              {event.summary}
            </span>
            <span className="flex flex-wrap items-center gap-x-3 text-sm text-ink-soft">
              <span className="inline-flex items-center gap-1">
                <Actor className="size-3.5" aria-hidden="true" />
                {event.actor.name}
              </span>
              <span>{actionWords(event.action)}</span>
              {event.details.userAgent !== undefined && <Asker userAgent={event.details.userAgent} />}
              <Ago at={event.at} />
            </span>
          </span>
          <span className="inline-flex items-center gap-1.5 text-xs text-ink-faint tabular-nums">
            #{event.sequence}
            <ChevronDown className="size-4 transition-transform group-open:rotate-180" aria-hidden="true" />
          </span>
        </summary>
        <EventDetails event={event} />
      </details>
      <ReportedActions details={event.details} />
    </li>
  )
}

/** The program that asked. It is the build's own word, so it stands as a quotation. */
function Asker({ userAgent }: { readonly userAgent: string }) {
  return (
    <span className="inline-flex min-w-0 items-center gap-1">
      <Terminal className="size-3.5 shrink-0" aria-hidden="true" />
      <span className="sr-only">Asked by the program </span>
      <q className="max-w-64 truncate" title={userAgent}>
        {userAgent}
      </q>
    </span>
  )
}

function EventDetails({ event }: { readonly event: AuditEventView }) {
  const rows: ReadonlyArray<readonly [string, ReactNode]> = [
    ['Time', <Time key="time" at={event.at} text={exact(event.at)} />],
    ['Kind', event.action],
    ['Actor', `${event.actor.kind} ${event.actor.id}`],
    ['Object', `${event.object.kind} ${event.object.id}`],
    ['Request id', event.requestId],
    ...detailsOf(event.details).map(({ name, text, at }): [string, ReactNode] => [
      name,
      at === undefined ? text : <Time key={name} at={at} text={exact(at)} />,
    ]),
    ['Hash', event.hash],
  ]
  return (
    <dl className="grid gap-x-6 gap-y-1.5 bg-sunken px-4 py-3 text-sm sm:grid-cols-[max-content_1fr] md:pr-5 md:pl-12">
      {rows.map(([name, value]) => (
        <div key={name} className="grid sm:contents">
          <dt className="text-ink-soft">{name}</dt>
          <dd className="min-w-0 font-mono text-xs leading-5 wrap-anywhere whitespace-pre-wrap">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
