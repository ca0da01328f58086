import type { personalToken } from '@cordon/api/accounts/schema'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import type { z } from 'zod'
import { useAction } from '../../../platform/use-action.ts'
import { Button } from '../../../ui/button.tsx'
import { Section } from '../../../ui/card.tsx'
import { Confirm } from '../../../ui/confirm.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { type Column, PagedTable } from '../../../ui/table.tsx'
import { Ago } from '../../../ui/time.tsx'
import { usePersonalTokens } from '../api/personal-tokens.ts'
import { revokePersonalToken } from '../api/revoke-personal-token.ts'
import { NewTokenDialog } from './new-token-dialog.tsx'

type Token = z.output<typeof personalToken>

/** Tokens for the command line and scripts. */
export function PersonalTokens() {
  const pages = usePersonalTokens()
  const [making, setMaking] = useState(false)
  const [doomed, setDoomed] = useState<Token>()
  const revoke = useAction(() => revokePersonalToken(doomed?.id ?? ''), {
    done: 'Token revoked',
    onDone: () => setDoomed(undefined),
  })
  const create = (
    <Button kind="primary" onClick={() => setMaking(true)}>
      New token
    </Button>
  )
  return (
    <Section
      title="Your tokens"
      description="For the command line and scripts that act as you. A CI system should use an app's trigger token instead."
      actions={pages.items.length > 0 && create}
      flush
    >
      <PagedTable
        label="Personal tokens"
        columns={columnsWith(setDoomed)}
        pages={pages}
        rowKey={({ id }) => id}
        empty={
          <EmptyState icon={KeyRound} title="No personal tokens" action={create}>
            <code className="font-mono">cordon login</code> makes one for you. Make one here for a script.
          </EmptyState>
        }
      />
      {making && <NewTokenDialog onClose={() => setMaking(false)} />}
      <Confirm
        open={doomed !== undefined}
        onClose={() => setDoomed(undefined)}
        title={`Revoke "${doomed?.name ?? ''}"?`}
        confirmLabel="Revoke"
        action={revoke}
      >
        <p>Whatever uses this token is signed out at once.</p>
      </Confirm>
    </Section>
  )
}

const SCOPE_NAMES = { read: 'Read', write: 'Write' }

function columnsWith(onRevoke: (token: Token) => void): ReadonlyArray<Column<Token>> {
  return [
    { name: 'Name', cell: ({ name }) => <span className="font-medium break-words">{name}</span> },
    { name: 'May', cell: ({ scopes }) => scopes.map((scope) => SCOPE_NAMES[scope]).join(', ') },
    { name: 'Last used', cell: ({ lastUsedAt }) => (lastUsedAt === null ? 'Never' : <Ago at={lastUsedAt} />) },
    { name: 'Expires', cell: ({ expiresAt }) => <Ago at={expiresAt} /> },
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
