import { connectionRoutes } from '@cordon/api/connections/routes'
import type { Connection } from '@cordon/api/connections/schema'
import { useQuery } from '@tanstack/react-query'
import { readBody } from '../../../platform/refusal.ts'
import { Dialog } from '../../../ui/dialog.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { SkeletonRows } from '../../../ui/skeleton.tsx'
import { connectionTypesQuery } from '../api/connection-types.ts'
import { replaceKey } from '../api/replace-key.ts'
import { KeyForm } from './key-form.tsx'

interface ReplaceKeyProps {
  readonly connection: Connection
  /** What is known of the key so far. */
  readonly summary: Exclude<Connection['summary'], { kind: 'apple_id' }>
  readonly onClose: () => void
}

/** Puts a new key in the place of the old one. */
export function ReplaceKeyDialog({ connection, summary, onClose }: ReplaceKeyProps) {
  const { data, error } = useQuery(connectionTypesQuery)
  const form = data?.items.find(({ type }) => type === connection.type)
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="Replace key"
      description={`"${connection.name}" keeps its name, and every app that uses it goes on with the new key from its next build on.`}
    >
      <Problem error={error} />
      {form === undefined ? (
        <SkeletonRows rows={2} />
      ) : (
        <KeyForm
          fields={form.fields.filter(({ name }) => name.startsWith('key.'))}
          given={{ 'key.kind': summary.kind, 'key.issuerId': summary.issuerId ?? '' }}
          submitLabel="Replace key"
          done="Key replaced"
          submit={(body, storeUntested) =>
            replaceKey(connection.id, readBody(connectionRoutes.replaceKey.body, { ...body, storeUntested }))
          }
          onDone={onClose}
          onCancel={onClose}
        />
      )}
    </Dialog>
  )
}
