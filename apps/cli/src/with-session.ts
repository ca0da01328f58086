import { accountRoutes } from '@cordon/api/accounts/routes'
import { type Client, createClient } from '@cordon/api/client'
import { accessErrors } from '@cordon/api/errors'
import { Secret } from '@cordon/core/secret'
import { type Context, personClient, safe } from './context.ts'
import { currentSignIn } from './credentials.ts'
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
  await client.call(accountRoutes.signIn, { body: { email, password: password.reveal() } })
  try {
    return await work(client)
  } finally {
    await endSession(context, client)
  }
}

/** Ends the session of a client. What was done with it stands, also when this fails. */
export async function endSession({ terminal }: Context, client: Client): Promise<void> {
  try {
    await client.call(accountRoutes.signOut)
  } catch (error) {
    // Whoever has disabled themselves has no session any more.
    if (accessErrors.unauthenticated.is(error)) return
    terminal.err('the session that did this could not be ended: it is the newest of "cordon account session list"\n')
  }
}

/** A client that keeps the session cookie of its sign-in, as a browser does. */
export function sessionClient(context: Context, baseUrl: string): Client {
  let cookie: Secret<string> | undefined
  return createClient({
    baseUrl,
    // Servers refuse a write with a cookie that does not tell where it comes from; "none" is what a person starts, and no page.
    headers: () => (cookie === undefined ? {} : { cookie: cookie.reveal(), 'sec-fetch-site': 'none' }),
    fetch: async (...request) => {
      const response = await context.fetch(...request)
      const [set] = response.headers.getSetCookie()
      if (set !== undefined) cookie = new Secret(set.split(';')[0] ?? '')
      return response
    },
  })
}
