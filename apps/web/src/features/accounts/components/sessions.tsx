import type { session } from '@cordon/api/accounts/schema'
import { MonitorSmartphone } from 'lucide-react'
import type { z } from 'zod'
import { useAction } from '../../../platform/use-action.ts'
import { Badge } from '../../../ui/badge.tsx'
import { Button } from '../../../ui/button.tsx'
import { Section } from '../../../ui/card.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { type Column, PagedTable } from '../../../ui/table.tsx'
import { Ago } from '../../../ui/time.tsx'
import { endSession } from '../api/end-session.ts'
import { useSessions } from '../api/sessions.ts'
import { browserName } from './browser-name.ts'

type Session = z.output<typeof session>

/** Where the person is signed in, with a way to sign each out. */
export function Sessions() {
  const pages = useSessions()
  const end = useAction(endSession, { done: 'Session ended' })
  const columns: ReadonlyArray<Column<Session>> = [
    {
      name: 'Browser',
      cell: ({ client, current }) => (
        <span className="flex flex-wrap items-center gap-2">
          <span className="break-words" title={client}>
            {browserName(client)}
          </span>
          {current && <Badge tone="success">This one</Badge>}
        </span>
      ),
    },
    { name: 'Address', cell: ({ address }) => <span className="font-mono text-sm">{address}</span> },
    { name: 'Last seen', cell: ({ lastSeenAt }) => <Ago at={lastSeenAt} /> },
    { name: 'Signed in', cell: ({ createdAt }) => <Ago at={createdAt} /> },
    {
      name: 'Actions',
      quiet: true,
      narrow: true,
      cell: (row) =>
        !row.current && (
          <Button size="small" aria-label={`Sign out ${browserName(row.client)}`} onClick={() => void end.run(row.id)}>
            Sign out
          </Button>
        ),
    },
  ]
  return (
    <Section
      title="Where you are signed in"
      description="End what you do not recognise, then change your password."
      flush
    >
      <Problem error={end.error} />
      <PagedTable
        label="Sessions"
        columns={columns}
        pages={pages}
        rowKey={({ id }) => id}
        empty={
          <EmptyState icon={MonitorSmartphone} title="No session">
            Only personal tokens are in use.
          </EmptyState>
        }
      />
    </Section>
  )
}
