import {
  type AppleIdCredentials,
  areInputsEnough,
  type CredentialInputs,
  describeCredentials,
  findCredentials,
  type KeyCredentials,
} from '../build-connection/find-credentials.ts'
import { noCredentialsOfChoice } from '../build-connection/other-kind.ts'
import type { StepContext } from '../step.ts'
import { deployErrors } from './errors.ts'

/** An Apple ID without its password: Apple's tools take the app-specific one, the store page its session. */
export type DeployAppleId = Omit<AppleIdCredentials, 'password'>
export type DeployCredentials = KeyCredentials | DeployAppleId

/**
 * Chooses what opens App Store Connect: by a key everything; by an Apple ID the store page through its session, a build by its
 * app-specific password. Throws `step.no_credentials`, `deploy.enterprise_team`, and what `findCredentials` throws.
 */
export async function chooseDeployCredentials(
  inputs: CredentialInputs,
  context: StepContext,
): Promise<DeployCredentials> {
  // A server that cannot be asked ends nothing while there are inputs to go on with.
  const search = await findCredentials(inputs, !areInputsEnough(inputs), context)
  if (search.credentials === undefined) {
    const unasked = inputs.connection === 'off' ? 'no key and no Apple ID is set' : 'nothing is connected'
    throw noCredentialsOfChoice(inputs.connection, search.data, unasked)
  }
  const { credentials, source } = search
  if (credentials.kind === 'key' && credentials.key.kind === 'enterprise') throw deployErrors.enterprise_team()
  context.log(`to Apple with ${describeCredentials(credentials)} (${source})`)
  return credentials.kind === 'key' ? credentials : withoutPassword(credentials)
}

function withoutPassword({ password: _, ...appleId }: AppleIdCredentials): DeployAppleId {
  return appleId
}
