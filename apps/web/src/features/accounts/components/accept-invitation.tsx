import { newAccount, type Person } from '@cordon/api/accounts/schema'
import type { Secret } from '@cordon/core/secret'
import { useAction } from '../../../platform/use-action.ts'
import { useForm } from '../../../platform/use-form.ts'
import { Button } from '../../../ui/button.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { acceptInvitation } from '../api/accept-invitation.ts'
import { AccountFields, NO_ACCOUNT } from './account-fields.tsx'

interface AcceptProps {
  readonly token: Secret<string>
  /** Told the app that the person joined, or null. */
  readonly onDone: (appId: string | null) => void
}

/** Accepts as the person who is signed in. */
export function JoinAsYourself({ token, person, onDone }: AcceptProps & { readonly person: Person }) {
  const action = useAction(() => acceptInvitation({ token: token.reveal() }), { onDone: ({ appId }) => onDone(appId) })
  return (
    <div className="grid gap-4">
      <p className="text-ink-soft">
        You are signed in as <strong className="font-medium text-ink">{person.name}</strong> ({person.email}).
      </p>
      <Problem error={action.error} />
      <Button kind="primary" pending={action.pending} onClick={() => void action.run()}>
        Accept invitation
      </Button>
    </div>
  )
}

/** Accepts with a new account, which is signed in at once. */
export function SignUpAndJoin({ token, onDone }: AcceptProps) {
  const action = useAction(acceptInvitation, { onDone: ({ appId }) => onDone(appId) })
  const form = useForm({
    id: 'sign-up',
    initial: NO_ACCOUNT,
    accepts: newAccount,
    toBody: (values) => values,
    submit: (account) => action.run({ token: token.reveal(), account }),
    error: action.error,
    paths: { 'account.name': 'name', 'account.email': 'email', 'account.password': 'password' },
  })
  return (
    <form onSubmit={form.onSubmit} noValidate className="grid gap-5">
      <AccountFields form={form} />
      <Problem error={form.problem} />
      <Button type="submit" kind="primary" pending={action.pending}>
        Create account and accept
      </Button>
    </form>
  )
}
