import { accountRoutes } from '@cordon/api/accounts/routes'
import type { Person } from '@cordon/api/accounts/schema'
import { useAction } from '../../../platform/use-action.ts'
import { useForm } from '../../../platform/use-form.ts'
import { ROLE_NAMES } from '../../../shared/roles.ts'
import { Button } from '../../../ui/button.tsx'
import { Section } from '../../../ui/card.tsx'
import { Facts } from '../../../ui/facts.tsx'
import { TextField } from '../../../ui/field.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { Day } from '../../../ui/time.tsx'
import { changePassword } from '../api/change-password.ts'
import { rename } from '../api/rename.ts'

/** Name, e-mail, role and password of who is signed in. */
export function Profile({ person }: { readonly person: Person }) {
  return (
    <div className="grid gap-5">
      <Section title="You">
        <div className="grid gap-6">
          <Facts
            facts={{
              'E-mail': person.email,
              Role: ROLE_NAMES[person.role],
              'Here since': <Day at={person.createdAt} />,
            }}
          />
          <NameForm person={person} />
        </div>
      </Section>
      <Section title="Password" description="Changing it signs you out everywhere else.">
        <PasswordForm />
      </Section>
    </div>
  )
}

function NameForm({ person }: { readonly person: Person }) {
  const action = useAction(rename, { done: 'Name saved' })
  const form = useForm({
    id: 'profile',
    initial: { name: person.name },
    accepts: accountRoutes.rename.body,
    toBody: (values) => values,
    submit: action.run,
    error: action.error,
  })
  return (
    <form onSubmit={form.onSubmit} noValidate className="grid max-w-md gap-4">
      <TextField field={form.field('name')} label="Name" autoComplete="name" help="Your teams see it." />
      <Problem error={form.problem} />
      <div>
        <Button type="submit" kind="primary" pending={action.pending} disabled={form.values.name === person.name}>
          Save name
        </Button>
      </div>
    </form>
  )
}

function PasswordForm() {
  const action = useAction(changePassword, { done: 'Password changed', onDone: () => form.clear() })
  const form = useForm({
    id: 'password',
    initial: { currentPassword: '', newPassword: '' },
    accepts: accountRoutes.changePassword.body,
    toBody: (values) => values,
    submit: action.run,
    error: action.error,
  })
  return (
    <form onSubmit={form.onSubmit} noValidate className="grid max-w-md gap-4">
      <TextField
        field={form.field('currentPassword')}
        label="Current password"
        type="password"
        autoComplete="current-password"
      />
      <TextField
        field={form.field('newPassword')}
        label="New password"
        type="password"
        autoComplete="new-password"
        help="At least 12 characters."
      />
      <Problem error={form.problem} />
      <div>
        <Button type="submit" pending={action.pending}>
          Change password
        </Button>
      </div>
    </form>
  )
}
