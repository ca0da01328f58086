import { buildRoutes } from '@cordon/api/builds/routes'
import { useState } from 'react'
import { useAction } from '../../../platform/use-action.ts'
import { useForm } from '../../../platform/use-form.ts'
import { Button } from '../../../ui/button.tsx'
import { CopyLine } from '../../../ui/copy.tsx'
import { Dialog, DialogButtons } from '../../../ui/dialog.tsx'
import { SelectField, TextField } from '../../../ui/field.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { ShownOnce } from '../../../ui/shown-once.tsx'
import { createTriggerToken } from '../api/create-trigger-token.ts'

const LIVES = [
  { value: '90', label: '90 days' },
  { value: '365', label: 'One year' },
  { value: 'never', label: 'Never' },
]

/** Makes a trigger token and shows it once. */
export function NewTriggerTokenDialog({ appId, onClose }: { readonly appId: string; readonly onClose: () => void }) {
  const [token, setToken] = useState<string>()
  return (
    <Dialog open onClose={onClose} title={token === undefined ? 'New trigger token' : 'Copy your trigger token'}>
      {token === undefined ? (
        <NewTriggerTokenForm appId={appId} onClose={onClose} onCreated={setToken} />
      ) : (
        <CreatedToken token={token} onClose={onClose} />
      )}
    </Dialog>
  )
}

function CreatedToken({ token, onClose }: { readonly token: string; readonly onClose: () => void }) {
  return (
    <>
      <ShownOnce
        text={token}
        what="trigger token"
        advice="Keep it as a protected variable of your CI system, here called CORDON_TRIGGER_TOKEN."
      />
      <div className="grid gap-1.5">
        <span className="text-sm font-medium">Start a build with it</span>
        <CopyLine text={exampleFor(window.location.origin)} label="Copy command" />
        <p className="text-sm text-ink-soft">
          The answer holds the build URL, the build token and the variables to export.
        </p>
      </div>
      <DialogButtons>
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      </DialogButtons>
    </>
  )
}

function exampleFor(origin: string): string {
  return `curl --fail -X POST ${origin}/api/v1/builds -H "authorization: Bearer $CORDON_TRIGGER_TOKEN" -H "content-type: application/json" -d '{"facts":{"branch":"main"}}'`
}

interface NewTriggerTokenFormProps {
  readonly appId: string
  readonly onClose: () => void
  readonly onCreated: (token: string) => void
}

function NewTriggerTokenForm({ appId, onClose, onCreated }: NewTriggerTokenFormProps) {
  const action = useAction(createTriggerToken, { onDone: ({ token }) => onCreated(token) })
  const form = useForm({
    id: 'trigger-token',
    initial: { name: '', expires: '365' },
    accepts: buildRoutes.createTriggerToken.body,
    toBody: ({ name, expires }) => ({ name, expiresInDays: expires === 'never' ? null : Number(expires) }),
    submit: ({ name, expiresInDays = null }) => action.run(appId, { name, expiresInDays }),
    error: action.error,
    paths: { expiresInDays: 'expires' },
  })
  return (
    <form onSubmit={form.onSubmit} noValidate className="grid gap-5">
      <TextField
        field={form.field('name')}
        label="Name"
        placeholder="GitHub Actions"
        help="Where the token will be kept, such as the CI system."
        autoComplete="off"
      />
      <SelectField field={form.field('expires')} label="Expires after" choices={LIVES} />
      <Problem error={form.problem} />
      <DialogButtons>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" kind="primary" pending={action.pending}>
          Make token
        </Button>
      </DialogButtons>
    </form>
  )
}
