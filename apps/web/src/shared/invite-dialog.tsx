import type { createdInvitation } from '@cordon/api/accounts/schema'
import { useState } from 'react'
import { z } from 'zod'
import { useAction } from '../platform/use-action.ts'
import { useForm } from '../platform/use-form.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { Problem } from '../ui/problem.tsx'
import { ShownOnce } from '../ui/shown-once.tsx'
import { Day } from '../ui/time.tsx'

type Created = z.output<typeof createdInvitation>

interface InviteDialogProps<R extends string> {
  readonly title: string
  /** With what each may do, which stands below the choice. */
  readonly roles: ReadonlyArray<{ readonly value: R; readonly label: string; readonly help: string }>
  readonly initialRole: R
  readonly invite: (body: { role: R; note: string }) => Promise<Created>
  readonly onClose: () => void
}

/** Makes an invitation link and shows it once. */
export function InviteDialog<R extends string>({ title, onClose, ...rest }: InviteDialogProps<R>) {
  const [created, setCreated] = useState<Created>()
  return (
    <Dialog
      open
      onClose={onClose}
      title={created === undefined ? title : 'Send this link'}
      description={
        created === undefined
          ? 'You get a link to send on. It works once, for seven days, and membership starts when it is accepted.'
          : undefined
      }
    >
      {created === undefined ? (
        <InviteForm {...rest} onClose={onClose} onCreated={setCreated} />
      ) : (
        <CreatedLink created={created} onClose={onClose} />
      )}
    </Dialog>
  )
}

const shape = z.object({ role: z.string(), note: z.string().max(200, 'must have at most 200 characters') })

function InviteForm<R extends string>({
  roles,
  initialRole,
  invite,
  onClose,
  onCreated,
}: Omit<InviteDialogProps<R>, 'title'> & { readonly onCreated: (created: Created) => void }) {
  const action = useAction(invite, { onDone: onCreated, done: 'Invitation link made' })
  const choiceOf = (role: string) => roles.find(({ value }) => value === role)
  const form = useForm({
    id: 'invite',
    initial: { role: initialRole as string, note: '' },
    accepts: shape,
    toBody: (values) => values,
    submit: ({ role, note }) => action.run({ role: choiceOf(role)?.value ?? initialRole, note }),
    error: action.error,
  })
  return (
    <form onSubmit={form.onSubmit} noValidate className="grid gap-5">
      <SelectField field={form.field('role')} label="Role" choices={roles} help={choiceOf(form.values.role)?.help} />
      <TextField
        field={form.field('note')}
        label="Note"
        optional
        help="For your own list of open invitations: whom the link is for."
        autoComplete="off"
      />
      <Problem error={form.problem} />
      <DialogButtons>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" kind="primary" pending={action.pending}>
          Make invitation link
        </Button>
      </DialogButtons>
    </form>
  )
}

function CreatedLink({ created, onClose }: { readonly created: Created; readonly onClose: () => void }) {
  return (
    <>
      <ShownOnce
        text={created.url}
        what="invitation link"
        advice={
          <>
            Whoever opens it first can accept it. It works once, until <Day at={created.invitation.expiresAt} />.
          </>
        }
      />
      <DialogButtons>
        <Button kind="primary" data-autofocus onClick={onClose}>
          Done
        </Button>
      </DialogButtons>
    </>
  )
}
