import { type AppStoreConnect, createAppStoreConnect } from '@cordon/apple/app-store-connect/client'
import type { Exchange } from '@cordon/apple/transport/exchange'
import type { StepContext } from '../step.ts'
import type { StepCredentials } from './credentials.ts'

/**
 * Opens the way to Apple with the key that was chosen. Says so when it does not lead to Apple itself.
 * `isVerbose`: each try of a request is told in a line, without what was sent and answered.
 */
export function connect(
  { key }: Pick<StepCredentials, 'key'>,
  { isVerbose }: { readonly isVerbose: boolean },
  context: StepContext,
): AppStoreConnect {
  const { fetch, clock, sleep, appleBaseUrls, log, warn } = context
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
