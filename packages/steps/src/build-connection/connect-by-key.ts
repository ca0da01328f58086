import { type AppStoreConnect, createAppStoreConnect } from '@cordon/apple/app-store-connect/client'
import type { Exchange } from '@cordon/apple/transport/exchange'
import { createAppStoreConnectPortal } from '@cordon/provisioning/adapters/app-store-connect/portal'
import { readCertificate } from '@cordon/signing/certificate'
import type { StepContext } from '../step.ts'
import type { AppleAccess, ConnectOptions } from './apple-access.ts'
import type { TeamKeyCredentials } from './team-credentials.ts'

/** The team that a key opens. */
export function connectByKey(
  { key }: Pick<TeamKeyCredentials, 'key'>,
  options: ConnectOptions,
  context: StepContext,
): AppleAccess {
  const apple = openAppStoreConnect(key, options, context)
  return {
    portal: createAppStoreConnectPortal(apple),
    teamId: () => teamAtApple(apple),
    requests: apple.requests,
    hourRemaining: () => apple.rateLimit()?.hourRemaining,
  }
}

function openAppStoreConnect(
  key: TeamKeyCredentials['key'],
  { isVerbose }: ConnectOptions,
  { fetch, clock, sleep, appleBaseUrls, log, warn }: StepContext,
): AppStoreConnect {
  const options = { key, fetch, clock, sleep, ...(isVerbose && { onExchange: (one: Exchange) => log(lineOf(one)) }) }
  if (appleBaseUrls === undefined) return createAppStoreConnect(options)
  const baseUrl = key.kind === 'enterprise' ? appleBaseUrls.enterprise : appleBaseUrls.appStoreConnect
  warn(`asking ${baseUrl} instead of Apple`)
  return createAppStoreConnect({ ...options, baseUrl })
}

function lineOf({ method, pattern, status, durationMs, attempt, requestId }: Exchange): string {
  const tried = attempt === 1 ? '' : `, try ${attempt}`
  const id = requestId === undefined ? '' : `, request ${requestId}`
  return `Apple: ${method} ${pattern} ${status ?? 'no answer'} in ${Math.round(durationMs)} ms${tried}${id}`
}

/** No call tells the team; any certificate or bundle ID of it does. */
async function teamAtApple(apple: AppStoreConnect): Promise<string | undefined> {
  const certificates = await apple.certificates.list()
  const contents = certificates.items.flatMap(({ certificateContent }) => certificateContent ?? [])
  const fromCertificate = contents
    .map((content) => readCertificate(content).teamId)
    .find((teamId) => teamId !== undefined)
  if (fromCertificate !== undefined) return fromCertificate
  const bundleIds = await apple.bundleIds.list()
  return bundleIds.items.find(({ seedId }) => seedId)?.seedId ?? undefined
}
