import { readPrivateKey } from '@cordon/apple/private-key'
import { describeWay, findWay, type Way } from '../build-connection/find-way.ts'
import type { PortalData } from '../build-connection/portal-data.ts'
import type { StepContext } from '../step.ts'
import type { FastlaneInputs } from './inputs.ts'

/**
 * Chooses what the lane gets. Nothing is no error: lanes for Android, and those that bring their own way to Apple, run without; a
 * warning says so. Throws what `findWay` throws when the server could be asked.
 */
export async function chooseLaneCredentials(inputs: FastlaneInputs, context: StepContext): Promise<Way | undefined> {
  const search = await findWay(inputs, false, context)
  if (search.way === undefined) {
    if (inputs.connection !== 'off') context.warn(whyNothing(search.data))
    return undefined
  }
  const way = withPem(search.way)
  context.log(`fastlane gets ${describeWay(way)} (${search.source})`)
  return way
}

/** One spelling of a key, whatever was stored: OpenSSL of Ruby takes nothing but PEM. */
function withPem(way: Way): Way {
  if (way.kind !== 'key') return way
  return { ...way, key: { ...way.key, privateKey: readPrivateKey(way.key.privateKey).pem } }
}

function whyNothing(data: PortalData | undefined): string {
  const reason = data === undefined ? undefined : (data.note?.message ?? 'nothing is connected')
  const because = reason === undefined ? '' : ` (${reason})`
  return `the lane runs without a way to Apple of Cordon’s${because}; choose a connection under app › Team › Connected Apple Developer Portal account if it needs one`
}
