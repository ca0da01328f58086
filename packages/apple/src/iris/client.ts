import { type Secret, secret } from '@cordon/core/secret'
import { type Apps, createApps } from '../app-store-connect/apps.ts'
import { createStoreListing, type StoreListing } from '../app-store-connect/store-listing.ts'
import type { AppleIdContext } from '../apple-id/context.ts'
import { createJar } from '../apple-id/cookies.ts'
import type { AppleIdSession } from '../apple-id/model.ts'
import { createIrisPerform } from './perform.ts'

/** App Store Connect for the provider that the session of an Apple ID has chosen. */
export interface IrisClient extends StoreListing {
  readonly apps: Apps
  /** Requests sent so far, retries included. */
  requests(): number
  /** The session with the cookies as Apple has renewed them: keep it afterwards. */
  session(): Secret<AppleIdSession>
}

/**
 * Opens the service behind App Store Connect's own pages: the documented resources, proved by cookies. Throws, in use,
 * `apple.session_expired`, `apple.app_store_connect_role_insufficient` and what the API's client throws.
 * Source: observed (fastlane spaceship, @expo/apple-utils).
 */
export function createIrisClient(context: AppleIdContext, session: Secret<AppleIdSession>): IrisClient {
  const before = session.reveal()
  const jar = createJar(before.cookies, context.options.clock)
  const { perform, requests } = createIrisPerform(context, jar)
  return {
    apps: createApps(perform),
    ...createStoreListing(perform),
    requests,
    session: () => secret({ ...before, cookies: jar.cookies() }),
  }
}
