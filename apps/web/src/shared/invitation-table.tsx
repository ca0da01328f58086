import type { invitation } from '@cordon/api/accounts/schema'
import { useState } from 'react'
import type { z } from 'zod'
import type { Pages } from '../platform/queries.ts'
import { useAction } from '../platform/use-action.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { type Column, PagedTable } from '../ui/table.tsx'
import { Ago } from '../ui/time.tsx'
import { ROLE_NAMES } from './roles.ts'

type Invitation = z.output<typeof invitation>

interface InvitationTableProps {
  readonly pages: Pages<Invitation>
  readonly revoke: (invitationId: string) => Promise<unknown>
}

/** Open invitations, each with a way to take it back. */
export function InvitationTable({ pages, revoke }: InvitationTableProps) {
  const [doomed, setDoomed] = useState<Invitation>()
  const action = useAction(() => revoke(doomed?.id ?? ''), {
    done: 'Invitation taken back',
    onDone: () => setDoomed(undefined),
  })
  const columns: ReadonlyArray<Column<Invitation>> = [
    { name: 'For', cell: ({ note }) => (note === '' ? <span className="text-ink-faint">No note</span> : note) },
    { name: 'Role', cell: ({ role }) => ROLE_NAMES[role] },
    { name: 'Invited by', cell: ({ invitedBy }) => invitedBy.name },
    { name: 'Expires', cell: ({ expiresAt }) => <Ago at={expiresAt} /> },
    {
      name: 'Actions',
      quiet: true,
      narrow: true,
      cell: (row) => (
        <Button
          size="small"
          onClick={() => setDoomed(row)}
          aria-label={`Take back the invitation for ${row.note || ROLE_NAMES[row.role]}`}
        >
          Take back
        </Button>
      ),
    },
  ]
  return (
    <>
      <PagedTable
        label="Open invitations"
        columns={columns}
        pages={pages}
        rowKey={({ id }) => id}
        empty={<p className="px-5 py-4 text-ink-soft">No invitation is open.</p>}
      />
      <Confirm
        open={doomed !== undefined}
        onClose={() => setDoomed(undefined)}
        title="Take this invitation back?"
        confirmLabel="Take back"
        action={action}
      >
        <p>Its link stops working at once. Whoever has accepted it already stays.</p>
      </Confirm>
    </>
  )
}
