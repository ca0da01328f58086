import type { Form } from '../../../platform/use-form.ts'
import { TextField } from '../../../ui/field.tsx'

/** What a new account needs. */
export interface NewAccountValues extends Record<string, string> {
  readonly name: string
  readonly email: string
  readonly password: string
}

/** A new account before anything is typed. */
export const NO_ACCOUNT: NewAccountValues = { name: '', email: '', password: '' }

/** The fields of a new account. */
export function AccountFields({ form }: { readonly form: Form<NewAccountValues> }) {
  return (
    <>
      <TextField field={form.field('name')} label="Your name" autoComplete="name" required />
      <TextField field={form.field('email')} label="E-mail" type="email" autoComplete="username" required />
      <TextField
        field={form.field('password')}
        label="Password"
        type="password"
        autoComplete="new-password"
        help="At least 12 characters. A few words you can remember are fine."
        required
      />
    </>
  )
}
