import { newAccount } from '@cordon/api/accounts/schema'
import type { Secret } from '@cordon/core/secret'
import { useAction } from '../../../platform/use-action.ts'
import { useForm } from '../../../platform/use-form.ts'
import { Button } from '../../../ui/button.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { setUp } from '../api/set-up.ts'
import { AccountFields, NO_ACCOUNT } from './account-fields.tsx'

interface SetUpFormProps {
  readonly token: Secret<string>
  readonly onDone: () => void
}

/** Makes the first administrator with the token of the set-up link. */
export function SetUpForm({ token, onDone }: SetUpFormProps) {
  const action = useAction(setUp, { onDone, done: 'Cordon is set up, and you are signed in' })
  const form = useForm({
    id: 'set-up',
    initial: NO_ACCOUNT,
    accepts: newAccount,
    toBody: (values) => values,
    submit: (account) => action.run({ ...account, token: token.reveal() }),
    error: action.error,
  })
  return (
    <form onSubmit={form.onSubmit} noValidate className="grid gap-5">
      <AccountFields form={form} />
      <Problem error={form.problem} />
      <Button type="submit" kind="primary" pending={action.pending}>
        Create administrator
      </Button>
    </form>
  )
}
