import { accountRoutes } from '@cordon/api/accounts/routes'
import type { Client } from '@cordon/api/client'
import type { Secret } from '@cordon/core/secret'
import { type Context, personClient, safe } from './context.ts'
import { currentSignIn } from './credentials.ts'
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

async function signedIn<T>(
  context: Context,
  email: string,
  password: Secret<string>,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = sessionClient(context, safe(currentSignIn(context.environment).server))
  const open = () => client.call(accountRoutes.signIn, { body: { email, password: password.reveal() } })
  return inOwnSession(context, { client, open }, () => work(client))
}
