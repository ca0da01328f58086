import type { triggerToken } from '@cordon/api/builds/schema'
import { Ticket } from 'lucide-react'
import { useState } from 'react'
import type { z } from 'zod'
import { useAction } from '../../../platform/use-action.ts'
import { Button } from '../../../ui/button.tsx'
import { Section } from '../../../ui/card.tsx'
import { Confirm } from '../../../ui/confirm.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { type Column, PagedTable } from '../../../ui/table.tsx'
import { Ago } from '../../../ui/time.tsx'
import { revokeTriggerToken } from '../api/revoke-trigger-token.ts'
import { useTriggerTokens } from '../api/trigger-tokens.ts'
import { NewTriggerTokenDialog } from './new-trigger-token-dialog.tsx'

type TriggerToken = z.output<typeof triggerToken>

/** Tokens with which a CI system starts builds of the app. */
export function TriggerTokens({ appId }: { readonly appId: string }) {
  const pages = useTriggerTokens(appId)
  const [making, setMaking] = useState(false)
  const [doomed, setDoomed] = useState<TriggerToken>()
  const revoke = useAction(() => revokeTriggerToken(appId, doomed?.id ?? ''), {
    done: 'Trigger token revoked',
    onDone: () => setDoomed(undefined),
  })
  const create = (
    <Button kind="primary" onClick={() => setMaking(true)}>
      New trigger token
    </Button>
  )
  return (
    <Section
      title="Trigger tokens"
      description="With one, any CI system can start builds of this app. Treat it like the key itself."
      actions={pages.items.length > 0 && create}
      flush
    >
      <PagedTable
        label="Trigger tokens"
        columns={columnsWith(setDoomed)}
        pages={pages}
        rowKey={({ id }) => id}
        empty={
          <EmptyState icon={Ticket} title="No trigger tokens" action={create}>
            Make one and keep it as a protected variable in your CI system. It starts builds of this app and nothing
            else.
          </EmptyState>
        }
      />
      {making && <NewTriggerTokenDialog appId={appId} onClose={() => setMaking(false)} />}
      <Confirm
        open={doomed !== undefined}
        onClose={() => setDoomed(undefined)}
        title={`Revoke "${doomed?.name ?? ''}"?`}
        confirmLabel="Revoke"
        action={revoke}
      >
        <p>No build can be started with it any more. Builds that run already go on.</p>
      </Confirm>
    </Section>
  )
}

function columnsWith(onRevoke: (token: TriggerToken) => void): ReadonlyArray<Column<TriggerToken>> {
  return [
    { name: 'Name', cell: ({ name }) => <span className="font-medium break-words">{name}</span> },
    { name: 'Made by', cell: ({ createdBy }) => createdBy },
    { name: 'Last used', cell: ({ lastUsedAt }) => (lastUsedAt === null ? 'Never' : <Ago at={lastUsedAt} />) },
    { name: 'Expires', cell: ({ expiresAt }) => (expiresAt === null ? 'Never' : <Ago at={expiresAt} />) },
    {
      name: 'Actions',
      quiet: true,
      narrow: true,
      cell: (row) => (
        <Button size="small" aria-label={`Revoke ${row.name}`} onClick={() => onRevoke(row)}>
          Revoke
        </Button>
      ),
    },
  ]
}
