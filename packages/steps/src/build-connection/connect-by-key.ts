import type { AppStoreConnect } from '@cordon/apple/app-store-connect/client'
import { createAppStoreConnectPortal } from '@cordon/provisioning/adapters/app-store-connect/portal'
import { readCertificate } from '@cordon/signing/certificate'
import type { StepContext } from '../step.ts'
import type { AppleAccess } from './apple-access.ts'
import { type OpenOptions, openAppStoreConnect, type RequestMeter } from './open-apple.ts'
import type { TeamKeyCredentials } from './team-credentials.ts'

/** The team that a key opens. */
export function connectByKey(
  { key }: Pick<TeamKeyCredentials, 'key'>,
  options: OpenOptions,
  context: StepContext,
  meter: RequestMeter,
): AppleAccess {
  const apple = openAppStoreConnect(key, options, context, meter)
  return {
    portal: createAppStoreConnectPortal(apple),
    teamId: () => teamAtApple(apple),
    hourRemaining: () => apple.rateLimit()?.hourRemaining,
  }
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
