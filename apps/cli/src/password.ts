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
  if (options.passwordStdin) return new Secret((await context.terminal.readStdin()).replace(/\r?\n$/, ''))
  return new Secret(await askFor(context, '--password-stdin', () => context.terminal.askSecret(question)))
}

/** Asks, or names the option that answers. */
export async function askFor(context: Context, option: string, question: () => Promise<string>): Promise<string> {
  if (!context.terminal.isInteractive) throw cliErrors.missing_option({ option }, { detail: option })
  return question()
}
