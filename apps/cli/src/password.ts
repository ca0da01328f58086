import { password as acceptedPassword } from '@cordon/api/fields'
import { Secret } from '@cordon/core/secret'
import type { Context } from './context.ts'
import { cliErrors } from './errors.ts'

export interface PasswordOptions {
  readonly passwordStdin?: boolean
}

/** What the option of every command that needs the password of the account says. */
export const PASSWORD_STDIN = ['--password-stdin', 'read the password of your account from standard input'] as const

/** The password of the account: from standard input, or asked for. Throws `cli.missing_option` where nobody can be asked. */
export async function readPassword(
  context: Context,
  options: PasswordOptions,
  question = 'Password',
): Promise<Secret<string>> {
  if (options.passwordStdin) return fromStdin(await context.terminal.readStdin())
  return new Secret(await askFor(context, '--password-stdin', () => context.terminal.askSecret(question)))
}

function fromStdin(text: string): Secret<string> {
  const password = text.replace(/\r?\n$/, '')
  if (password !== '') return new Secret(password)
  throw cliErrors.missing_option(
    { option: '--password-stdin' },
    { detail: '--password-stdin reads standard input, and that is empty' },
  )
}

/** A password that is made now, typed twice; one that the server would not take is asked for again at once. `option` is named where nobody can be asked. */
export async function newPassword(context: Context, option: string, what = 'New password'): Promise<Secret<string>> {
  const question = `${what}, at least 12 characters`
  const first = await askFor(context, option, () => context.terminal.askSecret(question, refusePassword))
  const second = await context.terminal.askSecret('The same again')
  if (first !== second) throw cliErrors.passwords_differ()
  return new Secret(first)
}

function refusePassword(typed: string): string | undefined {
  const message = acceptedPassword.safeParse(typed).error?.issues[0]?.message
  return message && `The password ${message}`
}

/** Asks, or names the option that answers. */
export async function askFor(context: Context, option: string, question: () => Promise<string>): Promise<string> {
  if (!context.terminal.isInteractive) throw cliErrors.missing_option({ option }, { detail: option })
  return question()
}
