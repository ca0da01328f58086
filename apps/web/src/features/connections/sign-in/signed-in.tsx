import type { AppleSignIn } from '@cordon/api/apple-sign-ins/schema'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { count } from '../../../platform/format.ts'
import { SessionBadge, SessionPanel } from '../../../shared/apple-session.tsx'
import { Button } from '../../../ui/button.tsx'
import { DialogButtons } from '../../../ui/dialog.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { SkeletonRows } from '../../../ui/skeleton.tsx'
import { connectionQuery } from '../api/connection.ts'
import { NoAppYet } from '../components/no-app-yet.tsx'

interface SignedInProps {
  readonly signIn: AppleSignIn
  readonly next: ReactNode
  readonly onClose: () => void
}

/** What came of a sign-in: how long it is expected to last, what happens then, and what to do next. */
export function SignedIn({ signIn, next, onClose }: SignedInProps) {
  return (
    <div className="grid gap-5">
      {signIn.handOff?.state === 'done' && signIn.handOff.openedBy !== null && (
        <p className="text-ink-soft">{signIn.handOff.openedBy} has typed the code.</p>
      )}
      {signIn.connectionId !== null && <Outcome connectionId={signIn.connectionId} next={next} />}
      <DialogButtons>
        <Button kind="primary" data-autofocus onClick={onClose}>
          Done
        </Button>
      </DialogButtons>
    </div>
  )
}

function Outcome({ connectionId, next }: { readonly connectionId: string; readonly next: ReactNode }) {
  const { data: connection, error, refetch } = useQuery(connectionQuery(connectionId))
  if (error !== null && connection === undefined) return <Problem error={error} onRetry={() => void refetch()} />
  if (connection === undefined) return <SkeletonRows rows={1} />
  const { session, usedBy } = connection
  return (
    <>
      {session !== null && (
        <div className="grid gap-3" role="status">
          <div>
            <SessionBadge session={session} />
          </div>
          <SessionPanel session={session} />
        </div>
      )}
      {usedBy.length === 0 ? (
        <NoAppYet next={next} />
      ) : (
        <p className="text-ink-soft">
          {usedBy.length === 1 ? 'The app that uses it goes' : `The ${count(usedBy.length, 'app')} that use it go`} on
          from the next build on.
        </p>
      )}
    </>
  )
}
