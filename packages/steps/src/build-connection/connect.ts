import type { StepContext } from '../step.ts'
import type { AppleAccess } from './apple-access.ts'
import { connectByKey } from './connect-by-key.ts'
import { connectBySession } from './connect-by-session.ts'
import type { ConnectOptions, RequestMeter } from './open-apple.ts'
import type { TeamCredentials } from './team-credentials.ts'

/** Opens the way to Apple with what was chosen; `meter` counts the requests. Says so when it does not lead to Apple itself. */
export async function connect(
  credentials: TeamCredentials,
  options: ConnectOptions,
  context: StepContext,
  meter: RequestMeter,
): Promise<AppleAccess> {
  return credentials.kind === 'key'
    ? connectByKey(credentials, options, context, meter)
    : connectBySession(credentials, options, context, meter)
}
