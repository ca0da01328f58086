import type { StepContext } from '../step.ts'
import type { AppleAccess, ConnectOptions } from './apple-access.ts'
import { connectByKey } from './connect-by-key.ts'
import { connectBySession } from './connect-by-session.ts'
import type { TeamCredentials } from './team-credentials.ts'

/** Opens the way to Apple with what was chosen. Says so when it does not lead to Apple itself. */
export async function connect(
  credentials: TeamCredentials,
  options: ConnectOptions,
  context: StepContext,
): Promise<AppleAccess> {
  return credentials.kind === 'key'
    ? connectByKey(credentials, options, context)
    : connectBySession(credentials, options, context)
}
