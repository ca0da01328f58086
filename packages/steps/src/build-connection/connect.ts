import { type AppStoreConnect, createAppStoreConnect } from '@cordon/apple/app-store-connect/client'
import type { StepContext } from '../step.ts'
import type { StepCredentials } from './credentials.ts'

/** Opens the way to Apple with the key that was chosen. Says so when it does not lead to Apple itself. */
export function connect({ key }: StepCredentials, context: StepContext): AppStoreConnect {
  const { fetch, clock, sleep, appleBaseUrls, warn } = context
  if (appleBaseUrls === undefined) return createAppStoreConnect({ key, fetch, clock, sleep })
  const baseUrl = key.kind === 'enterprise' ? appleBaseUrls.enterprise : appleBaseUrls.appStoreConnect
  warn(`asking ${baseUrl} instead of Apple`)
  return createAppStoreConnect({ key, baseUrl, fetch, clock, sleep })
}
