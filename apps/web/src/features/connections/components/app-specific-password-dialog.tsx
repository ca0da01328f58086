import { connectionRoutes } from '@cordon/api/connections/routes'
import type { Connection } from '@cordon/api/connections/schema'
import { ExternalLink } from 'lucide-react'
import { useAction } from '../../../platform/use-action.ts'
import { useForm } from '../../../platform/use-form.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog, DialogButtons } from '../../../ui/dialog.tsx'
import { TextField } from '../../../ui/field.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { setAppSpecificPassword } from '../api/set-app-specific-password.ts'

interface AppSpecificPasswordProps {
  readonly connection: Connection
  readonly isStored: boolean
  readonly onClose: () => void
}

/** Stores, replaces or removes the app-specific password of an Apple ID. */
export function AppSpecificPasswordDialog({ connection, isStored, onClose }: AppSpecificPasswordProps) {
  const set = useAction((text: string | null) => setAppSpecificPassword(connection.id, text), {
    done: 'App-specific password saved',
    onDone: onClose,
  })
  const remove = useAction(() => setAppSpecificPassword(connection.id, null), {
    done: 'App-specific password removed',
    onDone: onClose,
  })
  const form = useForm({
    id: 'app-specific-password',
    initial: { appSpecificPassword: '' },
    accepts: connectionRoutes.setAppSpecificPassword.body,
    toBody: (values) => values,
    submit: ({ appSpecificPassword }) => set.run(appSpecificPassword),
    error: set.error,
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={isStored ? 'Replace the app-specific password' : 'Store an app-specific password'}
      description={
        <>
          For uploads by Apple’s own tools, which take no session. Make it at{' '}
          <a
            href="https://account.apple.com/account/manage"
            target="_blank"
            rel="noreferrer"
            className="inline-flex items-center gap-1 font-medium text-accent underline underline-offset-4"
          >
            account.apple.com
            <ExternalLink className="size-3.5" aria-hidden="true" />
            <span className="sr-only">(opens in a new tab)</span>
          </a>
          , under Sign-In and Security.
        </>
      }
    >
      <form onSubmit={form.onSubmit} noValidate className="grid gap-5">
        <TextField
          field={form.field('appSpecificPassword')}
          label="App-specific password"
          help="Four groups of four letters, as Apple shows it."
          placeholder="abcd-efgh-ijkl-mnop"
          type="password"
          mono
          autoComplete="new-password"
          spellCheck={false}
        />
        <Problem error={form.problem ?? remove.error} />
        <div className="flex flex-wrap items-center justify-between gap-2">
          {isStored && (
            <Button pending={remove.pending} onClick={() => void remove.run()}>
              Remove it
            </Button>
          )}
          <div className="ml-auto max-md:grow">
            <DialogButtons>
              <Button onClick={onClose}>Cancel</Button>
              <Button type="submit" kind="primary" pending={set.pending}>
                {isStored ? 'Replace' : 'Store'}
              </Button>
            </DialogButtons>
          </div>
        </div>
      </form>
    </Dialog>
  )
}
