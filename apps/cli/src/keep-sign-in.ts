import { accountRoutes } from '@cordon/api/accounts/routes'
import { accessErrors } from '@cordon/api/errors'
import { bearerClient, type Context, note } from './context.ts'
import { type SignIn, storeSignIn } from './credentials.ts'

/**
 * Keeps a sign-in on this machine, and revokes the token of the same server that it replaces: nobody could take that back from here any
 * more. The new sign-in stands whatever comes of it, and what came of it is told. One that cannot be kept is revoked itself. Throws
 * `cli.sign_in_unkeepable`, `cli.file_unreadable`.
 */
export async function keepSignIn(context: Context, signIn: SignIn, email: string): Promise<void> {
  const earlier = await storeSignIn(context.environment, signIn, email).catch(async (cause: unknown) => {
    note(context, `${await revoke(context, signIn, 'the token that was made for it')}\n`)
    throw cause
  })
  if (earlier !== undefined)
    note(context, `${await revoke(context, earlier, 'the token that this machine kept before')}\n`)
}

async function revoke(context: Context, { server, token }: SignIn, what: string): Promise<string> {
  try {
    await bearerClient(context, server, token).call(accountRoutes.signOut)
    return `${what} is revoked`
  } catch (error) {
    if (accessErrors.unauthenticated.is(error)) return `${what} was no longer valid`
    return `${what} could not be revoked and is still valid; revoke it at ${server}/account/personal-tokens`
  }
}
