import { type Connection, newConnection } from '@cordon/api/connections/schema'
import { useAction } from '../../../platform/use-action.ts'
import { useForm } from '../../../platform/use-form.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog, DialogButtons } from '../../../ui/dialog.tsx'
import { TextField } from '../../../ui/field.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { changeConnection } from '../api/change-connection.ts'

interface RenameProps {
  readonly connection: Connection
  readonly onClose: () => void
}

/** Renames a connection. */
export function RenameConnectionDialog({ connection, onClose }: RenameProps) {
  const action = useAction((body: { name: string }) => changeConnection(connection.id, body), {
    done: 'Connection renamed',
    onDone: onClose,
  })
  const form = useForm({
    id: 'rename-connection',
    initial: { name: connection.name },
    accepts: newConnection.pick({ name: true }),
    toBody: (values) => values,
    submit: action.run,
    error: action.error,
  })
  return (
    <Dialog open onClose={onClose} title="Rename connection">
      <form onSubmit={form.onSubmit} noValidate className="grid gap-5">
        <TextField field={form.field('name')} label="Name" autoComplete="off" />
        <Problem error={form.problem} />
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" pending={action.pending}>
            Save
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  )
}
