import { appleSignInErrors } from '@cordon/api/apple-sign-ins/errors'
import { appleSignInRoutes } from '@cordon/api/apple-sign-ins/routes'
import type { AppleSignIn } from '@cordon/api/apple-sign-ins/schema'
import { kindOfCode } from '@cordon/api/catalogue'
import type { Client } from '@cordon/api/client'
import { connectionRoutes } from '@cordon/api/connections/routes'
import type { Connection } from '@cordon/api/connections/schema'
import { appleErrors } from '@cordon/apple/errors'
import { CordonError } from '@cordon/core/errors'
import { type Context, note } from '../context.ts'
import { answerAtTerminal } from './code-dialog.ts'
import { waitForOther } from './hand-off.ts'
import { readSecrets } from './secrets.ts'

/** How a sign-in is done from a command line. */
export interface SignInOptions {
  /** Secrets come from standard input, one a line. */
  readonly passwordStdin?: boolean
  /** Somebody else types the code. */
  readonly handOff?: boolean
}

export interface NewAppleIdOptions extends SignInOptions {
  readonly name: string
  readonly email: string
  readonly appSpecificPassword?: boolean
}

/** Connects an Apple ID; asks for what is needed on the way. Answers the stored connection. */
export async function connectAppleId(
  context: Context,
  client: Client,
  options: NewAppleIdOptions,
): Promise<Connection> {
  const wanted = options.appSpecificPassword
    ? (['password', 'app-specific password'] as const)
    : (['password'] as const)
  const [password, appSpecificPassword] = await readSecrets(context, wanted, options)
  const started = await client.call(appleSignInRoutes.start, {
    body: {
      name: options.name,
      accountName: options.email,
      password: password?.reveal() ?? '',
      ...(appSpecificPassword === undefined ? {} : { appSpecificPassword: appSpecificPassword.reveal() }),
    },
  })
  return finish(context, client, started, options)
}

/** Apple refuses the stored password now, or has done so before. */
const PASSWORD_REFUSED = [appleErrors.apple_id_credentials_wrong, appleSignInErrors.password_needed]

/** Signs in again to a connected Apple ID; the password is asked for only when the stored one does not serve. */
export async function signInAgain(
  context: Context,
  client: Client,
  connection: Connection,
  options: SignInOptions,
): Promise<Connection> {
  const params = { connectionId: connection.id }
  const withPassword = async () => {
    const [password] = await readSecrets(context, ['password'], options)
    const body = { password: password?.reveal() ?? '' }
    return client.call(appleSignInRoutes.again, { params, body })
  }
  const withStored = async () => {
    try {
      return await client.call(appleSignInRoutes.again, { params, body: {} })
    } catch (error) {
      if (!PASSWORD_REFUSED.some((refusal) => refusal.is(error))) throw error
      note(context, 'the stored password is not taken any more\n')
      return withPassword()
    }
  }
  const started = options.passwordStdin ? await withPassword() : await withStored()
  return finish(context, client, started, options)
}

async function finish(
  context: Context,
  client: Client,
  started: AppleSignIn,
  { handOff }: SignInOptions,
): Promise<Connection> {
  const isOpen = started.state.kind === 'awaiting_code'
  const answer = handOff && isOpen ? waitForOther : answerAtTerminal
  const { state, connectionId } = isOpen ? await answer(context, client, started) : started
  if (state.kind === 'ended') throw endOf(state)
  if (state.kind !== 'connected' || connectionId === null) throw appleSignInErrors.ended()
  return client.call(connectionRoutes.read, { params: { connectionId } })
}

/** What ended a sign-in, as the error that it is. */
function endOf({ code, title, remedy }: Extract<AppleSignIn['state'], { kind: 'ended' }>): CordonError {
  return new CordonError(code, { status: 422, kind: kindOfCode(code), title, remedy }, {})
}
