import type { Connection } from '@cordon/api/connections/schema'
import { email } from '@cordon/api/fields'
import { z } from 'zod'
import { useAction } from '../../../platform/use-action.ts'
import { useForm } from '../../../platform/use-form.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog, DialogButtons } from '../../../ui/dialog.tsx'
import { TextField } from '../../../ui/field.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { transferConnection } from '../api/transfer-connection.ts'

const accepts = z.object({ email })

interface TransferProps {
  readonly connection: Connection
  readonly onClose: () => void
}

/** Gives a connection to somebody else. */
export function TransferConnectionDialog({ connection, onClose }: TransferProps) {
  const action = useAction((body: { email: string }) => transferConnection(connection.id, body), {
    done: 'Connection transferred',
    onDone: onClose,
  })
  const form = useForm({
    id: 'transfer-connection',
    initial: { email: '' },
    accepts,
    toBody: (values) => values,
    submit: action.run,
    error: action.error,
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Transfer "${connection.name}"`}
      description="It moves to another person of this instance, and you do not see it any more. Apps that the new owner leads as owner or admin keep using it; in all others the authorisation is suspended."
    >
      <form onSubmit={form.onSubmit} noValidate className="grid gap-5">
        <TextField field={form.field('email')} label="E-mail of the new owner" type="email" autoComplete="off" />
        <Problem error={form.problem} />
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" pending={action.pending}>
            Transfer
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  )
}
