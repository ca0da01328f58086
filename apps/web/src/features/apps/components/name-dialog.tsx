import { type App, newApp } from '@cordon/api/apps/schema'
import { useAction } from '../../../platform/use-action.ts'
import { useForm } from '../../../platform/use-form.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog, DialogButtons } from '../../../ui/dialog.tsx'
import { TextField } from '../../../ui/field.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { createApp } from '../api/create-app.ts'
import { renameApp } from '../api/rename-app.ts'

interface CreateAppProps {
  readonly onClose: () => void
  readonly onCreated: (appId: string) => void
}

/** Creates an app. */
export function CreateAppDialog({ onClose, onCreated }: CreateAppProps) {
  return (
    <NameDialog
      title="Create an app"
      description="An app is what you build in CI, with its team and its Apple connection. You become its owner."
      initial=""
      submitLabel="Create app"
      done="App created"
      save={createApp}
      onClose={onClose}
      onSaved={(app) => onCreated(app.id)}
    />
  )
}

/** Renames an app. */
export function RenameAppDialog({ app, onClose }: { readonly app: App; readonly onClose: () => void }) {
  return (
    <NameDialog
      title="Rename app"
      initial={app.name}
      submitLabel="Save"
      done="App renamed"
      save={(body) => renameApp(app.id, body)}
      onClose={onClose}
      onSaved={onClose}
    />
  )
}

interface NameDialogProps {
  readonly title: string
  readonly description?: string
  readonly initial: string
  readonly submitLabel: string
  readonly done: string
  readonly save: (body: { name: string }) => Promise<App>
  readonly onClose: () => void
  readonly onSaved: (app: App) => void
}

function NameDialog({ title, description, initial, submitLabel, done, save, onClose, onSaved }: NameDialogProps) {
  const action = useAction(save, { done, onDone: onSaved })
  const form = useForm({
    id: 'app',
    initial: { name: initial },
    accepts: newApp,
    toBody: (values) => values,
    submit: action.run,
    error: action.error,
  })
  return (
    <Dialog open onClose={onClose} title={title} description={description}>
      <form onSubmit={form.onSubmit} noValidate className="grid gap-5">
        <TextField field={form.field('name')} label="Name" placeholder="Orchard for iOS" autoComplete="off" />
        <Problem error={form.problem} />
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" pending={action.pending}>
            {submitLabel}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  )
}
