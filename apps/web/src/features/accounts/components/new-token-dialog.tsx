import { newPersonalToken } from '@cordon/api/accounts/schema'
import { useState } from 'react'
import { useAction } from '../../../platform/use-action.ts'
import { useForm } from '../../../platform/use-form.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog, DialogButtons } from '../../../ui/dialog.tsx'
import { SelectField, TextField } from '../../../ui/field.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { ShownOnce } from '../../../ui/shown-once.tsx'
import { createPersonalToken } from '../api/create-personal-token.ts'

const SCOPES = [
  { value: 'read write', label: 'Read and write' },
  { value: 'read', label: 'Read only' },
]
const LIVES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'One year' },
]

/** Makes a personal token and shows it once. */
export function NewTokenDialog({ onClose }: { readonly onClose: () => void }) {
  const [token, setToken] = useState<string>()
  return (
    <Dialog open onClose={onClose} title={token === undefined ? 'New personal token' : 'Copy your token'}>
      {token === undefined ? (
        <NewTokenForm onClose={onClose} onCreated={setToken} />
      ) : (
        <>
          <ShownOnce text={token} what="personal token" advice="Keep it where you keep passwords. It acts as you." />
          <DialogButtons>
            <Button kind="primary" onClick={onClose}>
              Done
            </Button>
          </DialogButtons>
        </>
      )}
    </Dialog>
  )
}

interface NewTokenFormProps {
  readonly onClose: () => void
  readonly onCreated: (token: string) => void
}

function NewTokenForm({ onClose, onCreated }: NewTokenFormProps) {
  const action = useAction(createPersonalToken, { onDone: ({ token }) => onCreated(token) })
  const form = useForm({
    id: 'new-token',
    initial: { name: '', scopes: 'read write', expiresInDays: '90' },
    accepts: newPersonalToken,
    toBody: ({ name, scopes, expiresInDays }) => ({
      name,
      scopes: scopes === 'read' ? ['read' as const] : ['read' as const, 'write' as const],
      expiresInDays: Number(expiresInDays),
    }),
    submit: ({ name, scopes = [], expiresInDays = 90 }) => action.run({ name, scopes, expiresInDays }),
    error: action.error,
  })
  return (
    <form onSubmit={form.onSubmit} noValidate className="grid gap-5">
      <TextField field={form.field('name')} label="Name" placeholder="laptop" help="What uses it." autoComplete="off" />
      <SelectField field={form.field('scopes')} label="May" choices={SCOPES} />
      <SelectField field={form.field('expiresInDays')} label="Expires after" choices={LIVES} />
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
