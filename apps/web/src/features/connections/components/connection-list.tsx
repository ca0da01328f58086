import { KeyRound, Plus } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Button } from '../../../ui/button.tsx'
import { PageHeader } from '../../../ui/card.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Paged } from '../../../ui/table.tsx'
import { useConnections } from '../api/connections.ts'
import { AddAccountDialog } from './add-account-dialog.tsx'
import { ConnectionCard } from './connection-card.tsx'

/** The page *Apple Developer Account*: the person's own connections. */
export function ConnectionList({ next }: { readonly next: ReactNode }) {
  const pages = useConnections()
  const [adding, setAdding] = useState(false)
  const add = (
    <Button kind="primary" onClick={() => setAdding(true)}>
      <Plus aria-hidden="true" />
      Add an account
    </Button>
  )
  return (
    <>
      <PageHeader
        title="Apple Developer Account"
        description="Your connections to Apple. Connect once; builds of the apps you authorise then sign and ship, and nobody pastes a key into CI again."
        actions={pages.items.length > 0 && add}
      />
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
          {pages.items.map((connection) => (
            <ConnectionCard key={connection.id} connection={connection} next={next} />
          ))}
        </div>
      </Paged>
      {adding && <AddAccountDialog onClose={() => setAdding(false)} next={next} />}
    </>
  )
}
