import type { FastifyInstance } from 'fastify'
import { createAccounts } from './features/accounts/accounts.ts'
import { serveAccounts } from './features/accounts/routes.ts'
import type { SessionCookie } from './platform/http/cookie.ts'
import type { Server } from './platform/http/serve.ts'
import type { Platform } from './platform/platform.ts'

/** Where features are put. */
export interface AppParts {
  readonly platform: Platform
  readonly server: Server
  readonly cookie: SessionCookie
  readonly fastify: FastifyInstance
}

/** The features of a server, wired. */
export interface App {
  /** Link that makes the first administrator, made anew; undefined when that is done. */
  setUpUrl(): Promise<string | undefined>
}

/** Makes every feature and serves its routes. A feature gets what it needs of another one as an argument, here. */
export async function createApp({ platform, server, cookie }: AppParts): Promise<App> {
  const accounts = createAccounts(platform, {
    joinApp: async (tx, appId, role, by) => {
      const created_at = platform.clock.now()
      await tx
        .insertInto('memberships')
        .values({ app_id: appId, user_id: by.principal.userId, role, created_at })
        .execute()
      return []
    },
    personDisabled: async () => [],
  })
  serveAccounts(server, accounts, cookie)
  return { setUpUrl: () => accounts.setUpUrl() }
}
