import { accountErrors } from '@cordon/api/accounts/errors'
import { accountRoutes } from '@cordon/api/accounts/routes'
import type { Client } from '@cordon/api/client'
import type { Secret } from '@cordon/core/secret'
import { type Context, personClient, safe } from './context.ts'
import { currentSignIn } from './credentials.ts'
import { cliErrors } from './errors.ts'
import { inOwnSession, sessionClient } from './own-session.ts'
import { type PasswordOptions, readPassword } from './password.ts'

/**
 * Does what changes who can get in. The server does not take a personal token for that, so that whoever finds one cannot let themselves in
 * for good: the password is asked for, and a session lives as long as the work takes.
 */
export async function withSession<T>(
  context: Context,
  options: PasswordOptions,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const { email } = await personClient(context).call(accountRoutes.me)
  return signedIn(context, email, await readPassword(context, options, `Password of ${email}`), work)
}

/** The same with a password that is known already. */
export async function withPassword<T>(
  context: Context,
  password: Secret<string>,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const { email } = await personClient(context).call(accountRoutes.me)
  return signedIn(context, email, password, work)
}

/**
 * Makes sure that a password is that of the account, by a sign-in that is ended at once: the server counts the tries, as it does those of
 * anybody. Throws `cli.password_refused`.
 */
export function requirePassword(context: Context, password: Secret<string>): Promise<void> {
  return withPassword(context, password, async () => {})
}

async function signedIn<T>(
  context: Context,
  email: string,
  password: Secret<string>,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const server = safe(currentSignIn(context.environment).server)
  const client = sessionClient(context, server)
  const open = () => openSession(client, { email, password, server })
  return inOwnSession(context, { client, open }, () => work(client))
}

interface WhoseSession {
  readonly email: string
  readonly password: Secret<string>
  readonly server: string
}

/** Throws `cli.password_refused`: whose account it is the server has said itself, so that only the password can be wrong. */
async function openSession(client: Client, { email, password, server }: WhoseSession) {
  try {
    return await client.call(accountRoutes.signIn, { body: { email, password: password.reveal() } })
  } catch (error) {
    if (!accountErrors.sign_in_failed.is(error)) throw error
    throw cliErrors.password_refused({ email, server }, { detail: `it is not that of ${email} at ${server}` })
  }
}
