import { stepErrors } from '../errors.ts'
import type { StepContext } from '../step.ts'
import type { AppleAccess } from './apple-access.ts'
import { connectByKey } from './connect-by-key.ts'
import type { StepCredentials } from './credentials.ts'

export interface ConnectOptions {
  /** Each try of a request is told in a line, without what was sent and answered. */
  readonly isVerbose: boolean
}

/** Opens the way to Apple with what was chosen. Says so when it does not lead to Apple itself. */
export async function connect(
  credentials: StepCredentials,
  options: ConnectOptions,
  context: StepContext,
): Promise<AppleAccess> {
  if (credentials.kind === 'key') return connectByKey(credentials, options, context)
  throw stepErrors.no_credentials({ reason: 'an Apple ID cannot be used here' })
}
