import { accountRoutes } from '@cordon/api/accounts/routes'
import { useAction } from '../../../platform/use-action.ts'
import { useForm } from '../../../platform/use-form.ts'
import { Button } from '../../../ui/button.tsx'
import { TextField } from '../../../ui/field.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { signIn } from '../api/sign-in.ts'

/** E-mail and password. */
export function SignInForm({ onDone }: { readonly onDone: () => void }) {
  const action = useAction(signIn, { onDone })
  const form = useForm({
    id: 'sign-in',
    initial: { email: '', password: '' },
    accepts: accountRoutes.signIn.body,
    toBody: (values) => values,
    submit: action.run,
    error: action.error,
  })
  return (
    <form onSubmit={form.onSubmit} noValidate className="grid gap-5">
      <TextField field={form.field('email')} label="E-mail" type="email" autoComplete="username" required />
      <TextField
        field={form.field('password')}
        label="Password"
        type="password"
        autoComplete="current-password"
        required
      />
      <Problem error={form.problem} />
      <Button type="submit" kind="primary" pending={action.pending}>
        Sign in
      </Button>
    </form>
  )
}
