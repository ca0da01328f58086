import type { Connection } from '@cordon/api/connections/schema'
import { useAction } from '../../../platform/use-action.ts'
import { Confirm } from '../../../ui/confirm.tsx'
import { removeConnection } from '../api/remove-connection.ts'

interface RemoveProps {
  readonly connection: Connection
  readonly onClose: () => void
}

const LEFT_AT_APPLE = {
  app_store_connect_api_key:
    'Its private key is deleted here. At Apple the key stays valid until you revoke it in App Store Connect.',
  apple_id:
    'Its password and session are deleted here. At account.apple.com, remove this server from the trusted browsers and revoke the app-specific password, if there is one.',
} as const satisfies Record<Connection['type'], string>

/** Removes a connection, after naming the apps that will break. */
export function RemoveConnection({ connection, onClose }: RemoveProps) {
  const action = useAction(() => removeConnection(connection.id), { done: 'Connection removed', onDone: onClose })
  const { usedBy } = connection
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Remove "${connection.name}"?`}
      confirmLabel="Remove connection"
      action={action}
    >
      {usedBy.length === 0 ? (
        <p>No app uses it.</p>
      ) : (
        <div className="grid gap-1.5">
          <p className="font-medium text-ink">These apps use it, and their builds will get nothing from it:</p>
          <ul className="list-disc pl-5">
            {usedBy.map(({ appId, appName }) => (
              <li key={appId}>{appName}</li>
            ))}
          </ul>
        </div>
      )}
      <p>{LEFT_AT_APPLE[connection.type]}</p>
    </Confirm>
  )
}
