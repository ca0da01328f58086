import type { Connection } from '@cordon/api/connections/schema'
import { TRUST_DAYS } from '../../../shared/apple-session-view.ts'
import { Section } from '../../../ui/card.tsx'
import { classes } from '../../../ui/classes.ts'
import { Time } from '../../../ui/time.tsx'
import { cardId } from './connection-card.tsx'
import { type Expiry, expiriesOf } from './expiries.ts'

const TICKS = [0, 10, 20, TRUST_DAYS] as const

const BARS = {
  success: 'fill-accent',
  neutral: 'fill-ink-faint',
  info: 'fill-info',
  warning: 'fill-warning',
  danger: 'fill-danger',
} as const satisfies Record<Expiry['tone'], string>

const WORDS = {
  success: 'text-ink-soft',
  neutral: 'text-ink-soft',
  info: 'text-ink-soft',
  warning: 'text-warning',
  danger: 'text-danger',
} as const satisfies Record<Expiry['tone'], string>

/** Which sign-ins to Apple end next, as bars over the days that lie ahead. Each leads to its connection. */
export function ExpiryTimeline({ connections }: { readonly connections: readonly Connection[] }) {
  const expiries = expiriesOf(connections)
  if (expiries.length === 0) return null
  return (
    <Section title="What ends next" description="Sign-ins to Apple, over the days ahead. Keys do not end by date.">
      <div className="grid gap-1">
        <Axis />
        <ol aria-label="Sign-ins by their end">
          {expiries.map((expiry) => (
            <Row key={expiry.connectionId} expiry={expiry} />
          ))}
        </ol>
      </div>
    </Section>
  )
}

const COLUMNS = 'grid-cols-[minmax(0,1fr)_auto] md:grid-cols-[minmax(0,14rem)_minmax(0,1fr)_11rem]'

function Axis() {
  return (
    <div aria-hidden="true" className={classes('hidden gap-x-4 text-xs text-ink-soft md:grid', COLUMNS)}>
      <span className="col-start-2 flex justify-between">
        {TICKS.map((days) => (
          <span key={days}>{days === 0 ? 'Today' : `${days} days`}</span>
        ))}
      </span>
    </div>
  )
}

function Row({ expiry: { connectionId, name, tone, share, words, until } }: { readonly expiry: Expiry }) {
  return (
    <li className={classes('grid items-center gap-x-4 gap-y-1.5 py-1.5', COLUMNS)}>
      <a
        href={`#${cardId(connectionId)}`}
        className="inline-flex min-h-11 min-w-0 items-center font-medium hover:underline md:min-h-7"
      >
        <span className="min-w-0 truncate">{name}</span>
      </a>
      <Bar tone={tone} share={share} />
      <span className={classes('text-right text-sm md:text-left', WORDS[tone])}>
        {until === undefined ? words : <Time at={until} text={words} />}
      </span>
    </li>
  )
}

// The words beside it say the same.
function Bar({ tone, share }: Pick<Expiry, 'tone' | 'share'>) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 100 1"
      preserveAspectRatio="none"
      className="col-span-2 row-start-2 h-2 w-full overflow-hidden rounded-full bg-line md:col-span-1 md:row-start-auto"
    >
      {share !== undefined && <rect width={Math.max(1, share * 100)} height="1" className={BARS[tone]} />}
    </svg>
  )
}
