import { describeWay, findWay, type Way, type WayInputs } from '../build-connection/find-way.ts'
import { stepErrors } from '../errors.ts'
import type { StepContext } from '../step.ts'
import { deployErrors } from './errors.ts'

/**
 * Chooses the way to App Store Connect: by a key everything; by an Apple ID the store page through its session, a build by its
 * app-specific password. Throws `step.no_credentials`, `deploy.enterprise_team`, and what `findWay` throws.
 */
export async function chooseWay(inputs: WayInputs, context: StepContext): Promise<Way> {
  // A server that cannot be asked ends nothing while there are inputs to go on with.
  const needsServer = inputs.keyInputs === undefined && inputs.appleIdInputs === undefined
  const search = await findWay(inputs, needsServer, context)
  if (search.way === undefined) {
    const unasked = inputs.connection === 'off' ? 'no key and no Apple ID is set' : 'nothing is connected'
    const reason = search.data?.note?.message ?? unasked
    throw stepErrors.no_credentials({ reason }, { detail: reason })
  }
  const { way, source } = search
  if (way.kind === 'key' && way.key.kind === 'enterprise') throw deployErrors.enterprise_team()
  context.log(`to Apple with ${describeWay(way)} (${source})`)
  return way
}
