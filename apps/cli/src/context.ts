import { type Client, createClient } from '@cordon/api/client'
import { accessErrors } from '@cordon/api/errors'
import type { Secret } from '@cordon/core/secret'
import { isSafeAddress } from '@cordon/steps/safe-address'
import { currentServer, currentSignIn } from './credentials.ts'
import type { Environment } from './environment.ts'
import { cliErrors } from './errors.ts'
import { printable } from './printable.ts'
import type { Terminal } from './terminal.ts'

/** What every command gets. */
export interface Context {
  readonly environment: Environment
  readonly terminal: Terminal
  readonly fetch: typeof fetch
  /** Machine-readable output was asked for. */
  readonly json: boolean
}

/** A client of the server that is signed in to, as that person. */
export function personClient(context: Context): Client {
  const { server, token } = currentSignIn(context.environment)
  const refused = context.environment.variables.CORDON_TOKEN ? cliErrors.token_refused : cliErrors.sign_in_over
  const client = bearerClient(context, server, token)
  return {
    call: async (route, ...request) => {
      try {
        return await client.call(route, ...request)
      } catch (cause) {
        // Whoever has a token is told that it is not taken, not that nobody is signed in.
        if (!accessErrors.unauthenticated.is(cause)) throw cause
        throw refused({ server }, { detail: server, cause })
      }
    },
  }
}

/** A client with a bearer token: a personal token or a trigger token. */
export function bearerClient(context: Context, server: string, token: Secret<string>): Client {
  return createClient({
    baseUrl: safe(server),
    fetch: context.fetch,
    headers: () => ({ authorization: `Bearer ${token.reveal()}` }),
  })
}

/** A client without credentials. */
export function anonymousClient(context: Context, server = currentServer(context.environment)): Client {
  return createClient({ baseUrl: safe(server), fetch: context.fetch })
}

/** Passwords and tokens go there. Throws `cli.insecure_server`. */
export function safe(server: string): string {
  if (isSafeAddress(server)) return server
  const problem = /^http:/i.test(server) ? 'it is not encrypted' : 'it is no address of a server'
  throw cliErrors.insecure_server({ server }, { detail: `"${server}": ${problem}` })
}

/** Shows a result: the object with `--json`, else the text for people. */
export function show(context: Context, result: unknown, text: string): void {
  context.terminal.out(printable(context.json ? `${JSON.stringify(result, null, 2)}\n` : text))
}

/** Tells what is no result: progress, and what should be known beside it. */
export function note({ terminal }: Pick<Context, 'terminal'>, text: string): void {
  terminal.err(printable(text))
}
