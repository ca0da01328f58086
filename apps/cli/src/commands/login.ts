import { accountRoutes } from '@cordon/api/accounts/routes'
import { accessErrors } from '@cordon/api/errors'
import { Secret } from '@cordon/core/secret'
import type { Command } from 'commander'
import { anonymousClient, bearerClient, type Context, note, personClient, safe, show } from '../context.ts'
import { countUpTo } from '../count-option.ts'
import { type CurrentSignIn, currentSignIn, forgetSignIn, openForSignIn, spelt } from '../credentials.ts'
import { cliErrors } from '../errors.ts'
import { holdSignals } from '../hold-signals.ts'
import { keepSignIn } from '../keep-sign-in.ts'
import { topLevel } from '../overview.ts'
import { askFor, PASSWORD_STDIN, readPassword } from '../password.ts'

type GetContext = (command: Command) => Context

interface LoginOptions {
  readonly server: string
  readonly email?: string
  readonly passwordStdin?: boolean
  readonly name: string
  readonly days: number
}

export function addLoginCommands(program: Command, getContext: GetContext): void {
  topLevel(program, 'login')
    .requiredOption('--server <url>', 'address of the server')
    .option('--email <address>', 'e-mail of your account')
    .option(...PASSWORD_STDIN)
    .option('--name <text>', 'name of the personal token', 'cordon command')
    .option('--days <count>', 'how long the sign-in lasts, at most 365 days', countUpTo(365), 90)
    .action((options: LoginOptions, command: Command) => login(getContext(command), options))
  topLevel(program, 'logout').action((_options, command: Command) => logout(getContext(command)))
  topLevel(program, 'whoami').action((_options, command: Command) => whoami(getContext(command)))
}

async function login(context: Context, options: LoginOptions): Promise<void> {
  openForSignIn(context.environment)
  const server = spelt(safe(options.server))
  const email = options.email ?? (await askFor(context, '--email', () => context.terminal.askText('E-mail')))
  const password = await readPassword(context, options)
  const client = anonymousClient(context, server)
  const body = { email, password: password.reveal(), name: options.name, expiresInDays: options.days }
  const signIn = async () => {
    const { token, person } = await client.call(accountRoutes.signInForToken, { body })
    await keepSignIn(context, { server, token: new Secret(token) }, person.email)
    return person
  }
  // Left in between, a token would be there that nobody has.
  const person = await holdSignals(signIn, () =>
    note(context, 'the sign-in is kept first; the same again leaves at once\n'),
  )
  if (context.environment.variables.CORDON_TOKEN)
    note(context, 'CORDON_TOKEN is set: commands work with it, and not with this sign-in, until it is unset\n')
  show(context, { server, person }, `signed in to ${server} as ${person.name} (${person.email})\n`)
}

/**
 * The token is forgotten here even when the server cannot be asked to revoke it, and that is said. That of `CORDON_TOKEN` is revoked, and
 * another that this machine keeps stays.
 */
async function logout(context: Context): Promise<void> {
  const signIn = currentSignIn(context.environment)
  const { server, token, isStored } = signIn
  try {
    await bearerClient(context, server, token).call(accountRoutes.signOut)
  } catch (cause) {
    // What the server does not take any more is revoked.
    if (!accessErrors.unauthenticated.is(cause)) throw notRevoked(signIn, cause)
  } finally {
    if (isStored) await forgetSignIn(context.environment, signIn)
  }
  const what = isStored ? 'the token' : 'the token in CORDON_TOKEN'
  show(context, { server, revoked: true }, `signed out of ${server}; ${what} is revoked\n`)
}

function notRevoked({ server, isStored }: CurrentSignIn, cause: unknown) {
  const page = `${server}/account/personal-tokens`
  const where = isStored ? 'forgotten on this machine' : 'in CORDON_TOKEN'
  const detail = `${server} could not be asked; the token is ${where} and still valid there. Revoke it at ${page}`
  return cliErrors.token_not_revoked({ server, page }, { detail, cause })
}

async function whoami(context: Context): Promise<void> {
  const { server } = currentSignIn(context.environment)
  const person = await personClient(context).call(accountRoutes.me)
  show(context, { server, person }, `${person.name} (${person.email}), ${person.role} at ${server}\n`)
}
