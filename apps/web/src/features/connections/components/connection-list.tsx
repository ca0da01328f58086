import type { AppleSignIn } from '@cordon/api/apple-sign-ins/schema'
import type { Connection } from '@cordon/api/connections/schema'
import { KeyRound, Plus } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { Button } from '../../../ui/button.tsx'
import { PageHeader } from '../../../ui/card.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Paged } from '../../../ui/table.tsx'
import { useConnections } from '../api/connections.ts'
import { SignInAgainDialog } from '../sign-in/sign-in-again-dialog.tsx'
import { SignInDialog } from '../sign-in/sign-in-dialog.tsx'
import { SignInsWaiting } from '../sign-in/sign-ins-waiting.tsx'
import { AddAccountDialog, type GivenForm } from './add-account-dialog.tsx'
import { ConnectionCard, cardId } from './connection-card.tsx'
import { ExpiryTimeline } from './expiry-timeline.tsx'

/** What the address of the page says is open. */
export interface SignInShown {
  /** A connection to sign in again to. */
  readonly signIn?: string
  /** A sign-in that is under way; it is taken up again after a reload. */
  readonly underway?: string
}

interface ConnectionListProps {
  readonly next: ReactNode
  readonly shown: SignInShown
  readonly onShow: (shown: SignInShown) => void
}

type Adding = { readonly given?: GivenForm | undefined }

/** The page *Apple Developer Account*: the person's own connections. */
export function ConnectionList({ next, shown, onShow }: ConnectionListProps) {
  const pages = useConnections()
  const [adding, setAdding] = useState<Adding>()
  useInSight(shown.signIn, pages.items)
  const add = (
    <Button kind="primary" onClick={() => setAdding({})}>
      <Plus aria-hidden="true" />
      Add an account
    </Button>
  )

  function follow(signIn: AppleSignIn): void {
    setAdding(undefined)
    onShow({ underway: signIn.id })
  }

  function signInAgain(connectionId: string): void {
    setAdding(undefined)
    onShow({ signIn: connectionId })
  }

  function startAgain(signIn: AppleSignIn | undefined): void {
    if (signIn !== undefined && signIn.connectionId !== null) {
      signInAgain(signIn.connectionId)
      return
    }
    onShow({})
    const values = signIn === undefined ? {} : { name: signIn.name, accountName: signIn.accountName }
    setAdding({ given: { type: 'apple_id', values } })
  }

  return (
    <>
      <PageHeader
        title="Apple Developer Account"
        description="Your connections to Apple. Connect once; builds of the apps you authorise then sign and ship, and nobody pastes a key into CI again."
        actions={pages.items.length > 0 && add}
      />
      {shown.underway === undefined && (
        <SignInsWaiting onContinue={(underway) => onShow({ underway })} onStartAgain={startAgain} />
      )}
      <Paged
        pages={pages}
        empty={
          <div className="rounded-xl border border-line bg-surface shadow-card">
            <EmptyState icon={KeyRound} title="No connection yet" action={add}>
              Add an App Store Connect API key. Cordon tries it against Apple, keeps it encrypted, and shows it to
              nobody again.
            </EmptyState>
          </div>
        }
      >
        <div className="grid gap-4">
          <ExpiryTimeline connections={pages.items} />
          {pages.items.map((connection) => (
            <ConnectionCard key={connection.id} connection={connection} next={next} onSignIn={signInAgain} />
          ))}
        </div>
      </Paged>
      {adding !== undefined && (
        <AddAccountDialog
          given={adding.given}
          onClose={() => setAdding(undefined)}
          onSignInStarted={follow}
          onSignInAgain={signInAgain}
          next={next}
        />
      )}
      {shown.signIn !== undefined && (
        <SignInAgainDialog
          key={shown.signIn}
          connectionId={shown.signIn}
          onClose={() => onShow({})}
          onStarted={follow}
        />
      )}
      {shown.underway !== undefined && (
        <SignInDialog
          key={shown.underway}
          signInId={shown.underway}
          onClose={() => onShow({})}
          onEnd={() => onShow({})}
          onStartAgain={startAgain}
          next={next}
        />
      )}
    </>
  )
}

// A notice leads here by the connection's id: its card is what the person finds behind the dialog.
function useInSight(connectionId: string | undefined, connections: readonly Connection[]): void {
  const isThere = connections.some(({ id }) => id === connectionId)
  useEffect(() => {
    if (connectionId === undefined || !isThere) return
    document.getElementById(cardId(connectionId))?.scrollIntoView({ block: 'center' })
  }, [connectionId, isThere])
}
