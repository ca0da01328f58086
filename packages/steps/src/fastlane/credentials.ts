import { readPrivateKey } from '@cordon/apple/private-key'
import { type Credentials, describeCredentials, findCredentials } from '../build-connection/find-credentials.ts'
import type { PortalData } from '../build-connection/portal-data.ts'
import type { StepContext } from '../step.ts'
import type { FastlaneInputs } from './inputs.ts'

/**
 * Chooses what the lane gets. Nothing is no error: lanes for Android, and those that bring their own way to Apple, run without; a
 * warning says so. Throws what `findCredentials` throws when the server could be asked.
 */
export async function chooseLaneCredentials(
  inputs: FastlaneInputs,
  context: StepContext,
): Promise<Credentials | undefined> {
  const search = await findCredentials(inputs, false, context)
  if (search.credentials === undefined) {
    if (inputs.connection !== 'off') context.warn(whyNothing(search.data))
    return undefined
  }
  const credentials = withPem(search.credentials)
  context.log(`fastlane gets ${describeCredentials(credentials)} (${search.source})`)
  return credentials
}

/** One spelling of a key, whatever was stored: OpenSSL of Ruby takes nothing but PEM. */
function withPem(credentials: Credentials): Credentials {
  if (credentials.kind !== 'key') return credentials
  return { ...credentials, key: { ...credentials.key, privateKey: readPrivateKey(credentials.key.privateKey).pem } }
}

function whyNothing(data: PortalData | undefined): string {
  const reason = data === undefined ? undefined : (data.note?.message ?? 'nothing is connected')
  const because = reason === undefined ? '' : ` (${reason})`
  return `the lane runs without a way to Apple of Cordon’s${because}; choose a connection under app › Team › Connected Apple Developer Portal account if it needs one`
}
