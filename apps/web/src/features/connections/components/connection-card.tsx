import type { Connection } from '@cordon/api/connections/schema'
import { ChevronDown } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useAction } from '../../../platform/use-action.ts'
import { SessionBadge, SessionPanel } from '../../../shared/apple-session.tsx'
import { viewSession } from '../../../shared/apple-session-view.ts'
import { Checks } from '../../../shared/checks.tsx'
import { HealthBadge } from '../../../shared/health-badge.tsx'
import { Badge } from '../../../ui/badge.tsx'
import { Button } from '../../../ui/button.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { Switch } from '../../../ui/switch.tsx'
import { changeConnection } from '../api/change-connection.ts'
import { testConnection } from '../api/test-connection.ts'
import { ConnectionFacts } from './connection-facts.tsx'
import { ConnectionMenu } from './connection-menu.tsx'
import { NoAppYet } from './no-app-yet.tsx'
import { Uses } from './uses.tsx'

const KIND_NAMES = {
  team: 'App Store Connect API · Team key',
  individual: 'App Store Connect API · Individual key',
  enterprise: 'App Store Connect API · Enterprise team key',
  apple_id: 'Apple ID · older method',
} as const satisfies Record<Connection['summary']['kind'], string>

interface ConnectionCardProps {
  readonly connection: Connection
  readonly next: ReactNode
  readonly onSignIn: (connectionId: string) => void
}

/** Id of a connection's card on its page. */
export function cardId(connectionId: string): string {
  return `${connectionId}-card`
}

/** One connection: how it stands, what uses it, and what can be done with it. */
export function ConnectionCard({ connection, next, onSignIn }: ConnectionCardProps) {
  const test = useAction(() => testConnection(connection.id), { done: `"${connection.name}" tested` })
  const signIn = () => onSignIn(connection.id)
  return (
    <article
      id={cardId(connection.id)}
      aria-labelledby={`${connection.id}-name`}
      aria-busy={test.pending}
      className="scroll-mt-20 rounded-xl border border-line bg-surface shadow-card"
    >
      <div className="flex items-start gap-3 px-4 pt-4 md:px-5">
        <div className="grid min-w-0 flex-1 gap-1">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h2 id={`${connection.id}-name`} className="min-w-0 text-lg font-semibold break-words">
              {connection.name}
            </h2>
            <Standing connection={connection} />
          </div>
          <p className="text-sm text-ink-soft">
            {KIND_NAMES[connection.summary.kind]}
            {test.pending && ' · asking Apple…'}
          </p>
        </div>
        <ConnectionMenu connection={connection} onTest={() => void test.run()} onSignIn={signIn} />
      </div>
      <div className="grid gap-5 px-4 pt-4 pb-5 md:px-5">
        <Problem error={test.error} />
        {connection.session !== null && (
          <SessionPanel
            session={connection.session}
            action={
              <Button kind={wantsSignIn(connection.session) ? 'primary' : 'secondary'} onClick={signIn}>
                Sign in again
              </Button>
            }
          />
        )}
        {connection.summary.kind === 'individual' && <IndividualLimits />}
        <ConnectionFacts connection={connection} />
        <CheckDetails connection={connection} />
        <Restriction connection={connection} />
        {connection.usedBy.length === 0 ? <NoAppYet next={next} /> : <Uses connection={connection} />}
      </div>
    </article>
  )
}

function wantsSignIn(session: NonNullable<Connection['session']>): boolean {
  return viewSession(session).isBroken || session.state === 'expiring'
}

function Standing({ connection: { health, session, summary } }: { readonly connection: Connection }) {
  // A sign-in that is in order, or that is over, says all; its health adds what else Apple said.
  const isTold = session !== null && (health.state === 'healthy' || viewSession(session).isBroken)
  return (
    <div className="flex flex-wrap gap-x-2 gap-y-1">
      {session !== null && <SessionBadge session={session} />}
      {!isTold && <HealthBadge state={health.state} />}
      {summary.kind === 'individual' && <Badge tone="warning">Not for builds</Badge>}
    </div>
  )
}

function IndividualLimits() {
  return (
    <p className="text-sm text-ink-soft">
      An individual key acts as one person and reads no certificates or profiles. It is never released to builds, so
      this version has no use for it yet.
    </p>
  )
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
            When on, co-admins of your apps see this connection but cannot select it, and what others have chosen is
            suspended.
          </span>
        </div>
      </div>
      <Problem error={change.error} />
    </div>
  )
}
