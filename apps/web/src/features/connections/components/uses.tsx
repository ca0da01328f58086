import type { Connection } from '@cordon/api/connections/schema'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useAction } from '../../../platform/use-action.ts'
import { Badge } from '../../../ui/badge.tsx'
import { Button } from '../../../ui/button.tsx'
import { Confirm } from '../../../ui/confirm.tsx'
import { Ago } from '../../../ui/time.tsx'
import { revokeUse } from '../api/revoke-use.ts'

type Use = Connection['usedBy'][number]

/** Apps that use a connection, each with a way to take the authorisation back. */
export function Uses({ connection }: { readonly connection: Connection }) {
  const [doomed, setDoomed] = useState<Use>()
  const revoke = useAction(() => revokeUse(connection.id, doomed?.appId ?? ''), {
    done: 'Authorisation taken back',
    onDone: () => setDoomed(undefined),
  })
  return (
    <div className="grid gap-2">
      <h3 className="text-sm font-medium">Used by</h3>
      <ul className="divide-y divide-line rounded-lg border border-line">
        {connection.usedBy.map((use) => (
          <li key={use.appId} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-3 py-2">
            <span className="grid min-w-0 flex-1 basis-48">
              <span className="flex flex-wrap items-center gap-2">
                <Link
                  to="/apps/$appId/team"
                  params={{ appId: use.appId }}
                  className="font-medium text-accent hover:underline"
                >
                  {use.appName}
                </Link>
                {use.state === 'suspended' && <Badge tone="danger">Suspended</Badge>}
              </span>
              <span className="text-sm text-ink-soft">
                chosen by {use.authorisedBy} <Ago at={use.authorisedAt} />
              </span>
            </span>
            <Button size="small" aria-label={`Revoke the use by ${use.appName}`} onClick={() => setDoomed(use)}>
              Revoke
            </Button>
          </li>
        ))}
      </ul>
      <Confirm
        open={doomed !== undefined}
        onClose={() => setDoomed(undefined)}
        title={`Take the connection back from ${doomed?.appName ?? ''}?`}
        confirmLabel="Revoke"
        action={revoke}
      >
        <p>
          Builds of this app get nothing from it from then on. Its owner and admins are told, and can choose another
          connection.
        </p>
      </Confirm>
    </div>
  )
}
