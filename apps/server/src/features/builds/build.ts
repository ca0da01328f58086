import type { BUILD_OUTCOMES, BUILD_STATES } from '@cordon/api/builds/schema'
import type { AppId, BuildId } from '@cordon/core/ids'
import { type Instant, MINUTE_MS, plusMs } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'

export type BuildState = (typeof BUILD_STATES)[number]
export type BuildOutcome = (typeof BUILD_OUTCOMES)[number]

/** Who or what started a build, as it is shown for good. */
export interface BuildStarter {
  readonly kind: 'person' | 'trigger_token'
  readonly id: string
  readonly name: string
}

/** The state of a build by the clock: nothing writes that it expired. */
export function stateAt(
  now: Instant,
  build: { readonly state: 'running' | 'ended'; readonly expiresAt: Instant },
): BuildState {
  if (build.state === 'ended') return 'ended'
  return now < build.expiresAt ? 'running' : 'expired'
}

/** When a build's token stops by itself. The server's limit is the default and the most. */
export function expiryOf(startedAt: Instant, askedMinutes: number | undefined, limitMinutes: number): Instant {
  return plusMs(startedAt, Math.min(askedMinutes ?? limitMinutes, limitMinutes) * MINUTE_MS)
}

/** The page of a run, which is also where the build protocol is served. */
export function buildUrl(publicUrl: string, buildId: BuildId): string {
  return `${publicUrl}/build/${buildId}`
}

/** What is exported to a build, under the names that existing steps read. */
export function buildEnvironment(build: {
  readonly url: string
  readonly token: Secret<string>
  readonly appId: AppId
  readonly buildId: BuildId
  readonly number: number
}): Record<string, string> {
  return {
    BITRISE_BUILD_URL: build.url,
    BITRISE_BUILD_API_TOKEN: build.token.reveal(),
    BITRISE_APP_SLUG: build.appId,
    BITRISE_BUILD_SLUG: build.buildId,
    BITRISE_BUILD_NUMBER: String(build.number),
  }
}
