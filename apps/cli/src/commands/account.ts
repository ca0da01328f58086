import { accountRoutes } from '@cordon/api/accounts/routes'
import { Secret } from '@cordon/core/secret'
import type { Command } from 'commander'
import { type Context, show } from '../context.ts'
import { cliErrors } from '../errors.ts'
import { topLevel } from '../overview.ts'
import { newPassword, type PasswordOptions, readPassword } from '../password.ts'
import { requirePassword, withPassword } from '../with-session.ts'
import { addSessionCommands } from './account-session.ts'
import { addPersonalTokenCommands } from './personal-token.ts'

type GetContext = (command: Command) => Context

/** Adds the ways into one's own account: password, personal tokens and sessions. */
export function addAccountCommands(program: Command, getContext: GetContext): void {
  const account = topLevel(program, 'account')
  account
    .command('password')
    .description('change your password; ends your other sessions, and personal tokens stay')
    .option('--password-stdin', 'read the present password from standard input, and from its second line the new one')
    .action((options: PasswordOptions, command: Command) => changePassword(getContext(command), options))
  addPersonalTokenCommands(account, getContext)
  addSessionCommands(account, getContext)
}

async function changePassword(context: Context, options: PasswordOptions): Promise<void> {
  const { present, next } = options.passwordStdin ? await passwordsFromStdin(context) : await askPasswords(context)
  await withPassword(context, present, (client) =>
    client.call(accountRoutes.changePassword, {
      body: { currentPassword: present.reveal(), newPassword: next.reveal() },
    }),
  )
  show(context, { changed: true }, 'changed your password and ended your other sessions; personal tokens stay\n')
}

async function passwordsFromStdin({ terminal }: Context) {
  const [present = '', next = ''] = (await terminal.readStdin()).split(/\r?\n/)
  if (present === '' || next === '')
    throw cliErrors.missing_option(
      { option: '--password-stdin' },
      { detail: '--password-stdin reads two lines: the present password and the new one' },
    )
  return { present: new Secret(present), next: new Secret(next) }
}

/** A wrong one is told before a new one is typed. No session is open while somebody thinks of it. */
async function askPasswords(context: Context) {
  const present = await readPassword(context, {}, 'Present password')
  await requirePassword(context, present)
  return { present, next: await newPassword(context, '--password-stdin') }
}
