import type { AppAuthorisation } from '@cordon/api/authorisations/schema'
import type { AppleSession, ConnectionKind, ConnectionTypeName } from '@cordon/api/connections/schema'
import { Link } from '@tanstack/react-router'
import { useCurrentPerson } from '../../../platform/current-person.ts'
import { SessionBadge } from '../../../shared/apple-session.tsx'
import { viewSession } from '../../../shared/apple-session-view.ts'
import { Badge, type Tone } from '../../../ui/badge.tsx'
import { Ago, Said } from '../../../ui/time.tsx'
import { TYPE_TEXTS } from './type-texts.ts'

/** A connection that an app is authorised for. */
export type Authorised = NonNullable<AppAuthorisation['current']>

/** What is chosen: whether builds may use it, whose it is, and how its sign-in stands. */
export function Current({ type, current }: { readonly type: ConnectionTypeName; readonly current: Authorised }) {
  const { connection, authorisedBy, authorisedAt } = current
  const { tone, text } = standingOf(current)
  return (
    <div className="grid gap-2">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-ink-soft">
        <Badge tone={tone} dot>
          {text}
        </Badge>
        <span className="min-w-0 break-words">
          {TYPE_TEXTS[type].identified(connection.identifier)} of {connection.owner.name}, chosen by {authorisedBy.name}{' '}
          <Ago at={authorisedAt} />
        </span>
      </p>
      {connection.session !== null && <SessionLine current={current} session={connection.session} />}
    </div>
  )
}

// Individual keys are never released, whatever the app is authorised for.
const NOT_RELEASED: readonly ConnectionKind[] = ['individual']

function standingOf({ state, connection }: Authorised): { tone: Tone; text: string } {
  if (state === 'suspended') return { tone: 'danger', text: 'Suspended' }
  if (NOT_RELEASED.includes(connection.kind)) return { tone: 'warning', text: 'Never released to builds' }
  if (connection.session !== null && viewSession(connection.session).isBroken) {
    return { tone: 'danger', text: 'Builds get no session' }
  }
  return { tone: 'success', text: 'Builds may use it' }
}

function SessionLine({ current, session }: { readonly current: Authorised; readonly session: AppleSession }) {
  const me = useCurrentPerson()
  const { connection } = current
  const view = viewSession(session)
  const isMine = connection.owner.id === me.id
  const wantsSignIn = view.tone !== 'success'
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-ink-soft">
      <SessionBadge session={session} />
      <span className="min-w-0 break-words">
        <Said sentence={view.sentence} />
      </span>
      {isMine && (
        <Link
          to="/account/apple-developer-account"
          search={{ signIn: connection.id }}
          className="inline-flex min-h-11 items-center font-medium text-accent underline underline-offset-4 md:min-h-6"
        >
          Sign in again
        </Link>
      )}
      {!isMine && wantsSignIn && <span>Ask {connection.owner.name} to sign in again.</span>}
    </p>
  )
}
