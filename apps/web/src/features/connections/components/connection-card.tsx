import type { Connection } from '@cordon/api/connections/schema'
import { ChevronDown } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useAction } from '../../../platform/use-action.ts'
import { Facts } from '../../../ui/facts.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { Switch } from '../../../ui/switch.tsx'
import { Ago } from '../../../ui/time.tsx'
import { changeConnection } from '../api/change-connection.ts'
import { testConnection } from '../api/test-connection.ts'
import { NoAppYet } from './add-account-dialog.tsx'
import { Checks } from './checks.tsx'
import { ConnectionMenu } from './connection-menu.tsx'
import { HealthBadge } from './health-badge.tsx'
import { Uses } from './uses.tsx'

const KIND_NAMES = {
  team: 'Team key',
  individual: 'Individual key',
  enterprise: 'Enterprise team key',
} as const satisfies Record<Connection['summary']['kind'], string>

interface ConnectionCardProps {
  readonly connection: Connection
  readonly next: ReactNode
}

/** One connection: how it stands, what uses it, and what can be done with it. */
export function ConnectionCard({ connection, next }: ConnectionCardProps) {
  const test = useAction(() => testConnection(connection.id), { done: `"${connection.name}" tested` })
  return (
    <article
      aria-labelledby={`${connection.id}-name`}
      aria-busy={test.pending}
      className="rounded-xl border border-line bg-surface shadow-card"
    >
      <div className="flex items-start gap-3 px-4 pt-4 md:px-5">
        <div className="grid min-w-0 flex-1 gap-1">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h2 id={`${connection.id}-name`} className="min-w-0 text-lg font-semibold break-words">
              {connection.name}
            </h2>
            <HealthBadge state={connection.health.state} />
          </div>
          <p className="text-sm text-ink-soft">
            App Store Connect API · {KIND_NAMES[connection.summary.kind]}
            {test.pending && ' · asking Apple…'}
          </p>
        </div>
        <ConnectionMenu connection={connection} onTest={() => void test.run()} />
      </div>
      <div className="grid gap-5 px-4 pt-4 pb-5 md:px-5">
        <Problem error={test.error} />
        <ConnectionFacts connection={connection} />
        <CheckDetails connection={connection} />
        <Restriction connection={connection} />
        {connection.usedBy.length === 0 ? <NoAppYet next={next} /> : <Uses connection={connection} />}
      </div>
    </article>
  )
}

function ConnectionFacts({
  connection: { summary, health, lastUsedAt, createdAt, keyReplacedAt },
}: {
  readonly connection: Connection
}) {
  const mono = (text: string | null) =>
    text === null ? '' : <code className="font-mono text-sm break-all">{text}</code>
  return (
    <Facts
      facts={{
        'Key ID': mono(summary.keyId),
        'Issuer ID': mono(summary.issuerId),
        Team: mono(summary.teamId),
        Role: capitalised(summary.role ?? ''),
        'Last checked': health.checkedAt === null ? 'Never' : <Ago at={health.checkedAt} />,
        'Last used': lastUsedAt === null ? 'Never' : <Ago at={lastUsedAt} />,
        Added: <Ago at={createdAt} />,
        'Key replaced': keyReplacedAt === null ? '' : <Ago at={keyReplacedAt} />,
      }}
    />
  )
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function CheckDetails({ connection: { health } }: { readonly connection: Connection }) {
  const [open, setOpen] = useState(health.state !== 'healthy')
  if (health.checks.length === 0) return null
  return (
    <details
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="group rounded-lg border border-line"
    >
      <summary className="flex min-h-11 list-none items-center justify-between gap-3 rounded-lg px-3 font-medium hover:bg-hover md:min-h-9 [&::-webkit-details-marker]:hidden">
        Checks against Apple
        <ChevronDown className="size-4 text-ink-faint transition-transform group-open:rotate-180" aria-hidden="true" />
      </summary>
      <div className="px-3 pt-1 pb-3">
        <Checks checks={health.checks} />
      </div>
    </details>
  )
}

function Restriction({ connection }: { readonly connection: Connection }) {
  const change = useAction((restricted: boolean) => changeConnection(connection.id, { restricted }), {
    done: ({ restricted }) => (restricted ? 'Only you may choose it now' : 'Co-admins may choose it now'),
  })
  const id = `${connection.id}-restricted`
  return (
    <div className="grid gap-3">
      <div className="flex items-start gap-3">
        <Switch
          id={id}
          checked={connection.restricted}
          onChecked={(restricted) => void change.run(restricted)}
          describedBy={`${id}-help`}
        />
        <div className="grid">
          <label htmlFor={id} className="font-medium">
            Only where I choose it
          </label>
          <span id={`${id}-help`} className="text-sm text-ink-soft">
            Co-admins of your apps see this connection but cannot select it. What others have chosen already is
            suspended.
          </span>
        </div>
      </div>
      <Problem error={change.error} />
    </div>
  )
}
