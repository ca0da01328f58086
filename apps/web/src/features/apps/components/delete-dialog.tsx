import type { App } from '@cordon/api/apps/schema'
import { z } from 'zod'
import { useAction } from '../../../platform/use-action.ts'
import { useForm } from '../../../platform/use-form.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog, DialogButtons } from '../../../ui/dialog.tsx'
import { TextField } from '../../../ui/field.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { removeApp } from '../api/remove-app.ts'

interface DeleteAppProps {
  readonly app: App
  readonly onClose: () => void
  /** Told before anything is read again. */
  readonly onGone: () => void
}

/** Deletes an app once its name was typed: nothing brings it back. */
export function DeleteAppDialog({ app, onClose, onGone }: DeleteAppProps) {
  const action = useAction(() => removeApp(app.id).then(onGone), { done: 'App deleted' })
  const form = useForm({
    id: 'delete-app',
    initial: { name: '' },
    accepts: z.object({ name: z.literal(app.name, `Type ${app.name}, as it stands above`) }),
    toBody: ({ name }) => ({ name }),
    submit: () => action.run(),
    error: action.error,
  })
  return (
    <Dialog open onClose={onClose} title={`Delete "${app.name}"?`}>
      <form onSubmit={form.onSubmit} noValidate className="grid gap-5">
        <div className="grid gap-3 text-ink-soft">
          <p>Its team, builds, trigger tokens and authorisations go. Running builds lose access at once.</p>
          <p>Connections stay with their owners, and the audit log stays.</p>
        </div>
        <TextField
          field={form.field('name')}
          label="Name of the app"
          help="Type it to confirm. Nothing brings the app back."
          autoComplete="off"
          spellCheck={false}
        />
        <Problem error={form.problem} />
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="danger" pending={action.pending}>
            Delete app
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  )
}
