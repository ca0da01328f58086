import { type AppStoreConnect, createAppStoreConnect } from '@cordon/apple/app-store-connect/client'
import { type AppleIdContext, type AppleIdExchange, createAppleIdContext } from '@cordon/apple/apple-id/context'
import type { Exchange } from '@cordon/apple/transport/exchange'
import type { StepContext } from '../step.ts'
import type { BuildAccess } from './fetch-portal-data.ts'
import type { TeamKey } from './key-file.ts'

export interface OpenOptions {
  /** Each try of a request is told in a line, without what was sent and answered. */
  readonly isVerbose: boolean
}

/** What the way to a team is opened with. */
export interface ConnectOptions extends OpenOptions {
  /** The build server, which is told when Apple refuses its session. */
  readonly build: BuildAccess | undefined
}

/** Requests to Apple so far, repeated ones included, whoever sends them. Absent: the way there is not open yet. */
export interface RequestMeter {
  requests?: () => number
}

/** The API of App Store Connect, or of the Enterprise Program, by a key. Says so when it does not ask Apple itself. */
export function openAppStoreConnect(
  key: TeamKey,
  { isVerbose }: OpenOptions,
  { fetch, clock, sleep, appleBaseUrls, log, warn }: StepContext,
  meter: RequestMeter = {},
): AppStoreConnect {
  const baseUrl = key.kind === 'enterprise' ? appleBaseUrls?.enterprise : appleBaseUrls?.appStoreConnect
  if (baseUrl !== undefined) warn(`asking ${baseUrl} instead of Apple`)
  const apple = createAppStoreConnect({
    ...{ key, fetch, clock, sleep },
    ...(isVerbose && { onExchange: (exchange: Exchange) => log(lineOfExchange(exchange)) }),
    ...(baseUrl !== undefined && { baseUrl }),
  })
  meter.requests = apple.requests
  return apple
}

/** Between two requests to a service that is made for people. */
const MINIMUM_DISTANCE_MS = 200

/**
 * The services that take the session of an Apple ID; `service` is the one that is meant. Says so when it does not ask Apple itself.
 * `meter` counts from the first request on, that which looks at the session included.
 */
export function openAppleId(
  service: 'appStoreConnect' | 'developer',
  { isVerbose }: OpenOptions,
  { fetch, clock, sleep, appleIdOrigins, log, warn }: StepContext,
  meter: RequestMeter = {},
): AppleIdContext {
  let requests = 0
  meter.requests = () => requests
  const onExchange = (exchange: AppleIdExchange) => {
    requests += 1
    if (isVerbose) log(lineOfAppleId(exchange))
  }
  const options = { fetch, clock, sleep, onExchange }
  if (appleIdOrigins === undefined) return createAppleIdContext({ ...options, minimumDistanceMs: MINIMUM_DISTANCE_MS })
  warn(`asking ${appleIdOrigins[service]} instead of Apple`)
  return createAppleIdContext({ ...options, origins: appleIdOrigins, minimumDistanceMs: 0 })
}

function lineOfExchange({ method, pattern, status, durationMs, attempt, requestId }: Exchange): string {
  const tried = attempt === 1 ? '' : `, try ${attempt}`
  const id = requestId === undefined ? '' : `, request ${requestId}`
  return `Apple: ${method} ${pattern} ${status ?? 'no answer'} in ${Math.round(durationMs)} ms${tried}${id}`
}

function lineOfAppleId({ method, host, path, status, codes, durationMs }: AppleIdExchange): string {
  const refused = codes.length === 0 ? '' : `, ${codes.join(', ')}`
  return `Apple: ${method} ${host}${path} ${status ?? 'no answer'} in ${Math.round(durationMs)} ms${refused}`
}
