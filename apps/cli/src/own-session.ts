import { accountRoutes } from '@cordon/api/accounts/routes'
import { type Client, createClient } from '@cordon/api/client'
import { accessErrors } from '@cordon/api/errors'
import { Secret } from '@cordon/core/secret'
import { type Context, note } from './context.ts'
import { holdSignals } from './hold-signals.ts'

/** A session that a command opens for itself. */
export interface OwnSession<O> {
  readonly client: Client
  /** The call that opens it. */
  readonly open: () => Promise<O>
}

/** Opens a session, works in it and ends it, also when the work fails or the person leaves meanwhile. */
export function inOwnSession<O, T>(
  context: Context,
  { client, open }: OwnSession<O>,
  work: (opened: O) => Promise<T>,
): Promise<T> {
  const through = async () => {
    const opened = await open()
    try {
      return await work(opened)
    } finally {
      await endSession(context, client)
    }
  }
  return holdSignals(through, () => note(context, 'the session is ended first; the same again leaves at once\n'))
}

/** What was done in the session stands, also when this fails. */
async function endSession(context: Context, client: Client): Promise<void> {
  try {
    await client.call(accountRoutes.signOut)
  } catch (error) {
    // Whoever has disabled themselves has no session any more.
    if (accessErrors.unauthenticated.is(error)) return
    note(context, 'the session that did this could not be ended: it is the newest of "cordon account session list"\n')
  }
}

/** A client that keeps cookies, as a browser does: that of its sign-in, and those of a load balancer. */
export function sessionClient(context: Context, baseUrl: string): Client {
  const cookies = new Map<string, Secret<string>>()
  return createClient({
    baseUrl,
    // Servers refuse a write with a cookie that does not tell where it comes from; "none" is what a person starts, and no page.
    headers: () => (cookies.size === 0 ? {} : { cookie: headerOf(cookies), 'sec-fetch-site': 'none' }),
    fetch: async (...request) => {
      const response = await context.fetch(...request)
      for (const set of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=;]+)=([^;]*)/.exec(set) ?? []
        if (name !== undefined && value !== undefined) cookies.set(name.trim(), new Secret(value.trim()))
      }
      return response
    },
  })
}

function headerOf(cookies: ReadonlyMap<string, Secret<string>>): string {
  return [...cookies].map(([name, value]) => `${name}=${value.reveal()}`).join('; ')
}
