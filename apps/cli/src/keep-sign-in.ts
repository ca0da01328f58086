import { accountRoutes } from '@cordon/api/accounts/routes'
import { accessErrors } from '@cordon/api/errors'
import { bearerClient, type Context, note } from './context.ts'
import { type SignIn, storeSignIn } from './credentials.ts'

/**
 * Keeps a sign-in on this machine, and revokes the token of the same server that it replaces: nobody could take that back from here any
 * more. The new sign-in stands whatever comes of it, and what came of it is told.
 */
export async function keepSignIn(context: Context, signIn: SignIn, email: string): Promise<void> {
  const earlier = storeSignIn(context.environment, signIn, email)
  if (earlier !== undefined) note(context, `${await revoke(context, earlier)}\n`)
}

async function revoke(context: Context, { server, token }: SignIn): Promise<string> {
  try {
    await bearerClient(context, server, token).call(accountRoutes.signOut)
    return 'the token that this machine kept before is revoked'
  } catch (error) {
    if (accessErrors.unauthenticated.is(error)) return 'the token that this machine kept before was no longer valid'
    return `the token that this machine kept before could not be revoked and is still valid; revoke it at ${server}/account/personal-tokens`
  }
}
