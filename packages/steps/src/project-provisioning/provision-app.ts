import type { CreatedIdentity } from '@cordon/provisioning/engine/create-certificate'
import { provisioningErrors } from '@cordon/provisioning/engine/errors'
import type { Action, Plan } from '@cordon/provisioning/engine/model'
import type { ProgressEvent } from '@cordon/provisioning/engine/progress'
import { type ProvisionResult, provision } from '@cordon/provisioning/engine/provision'
import { actionLine } from '@cordon/provisioning/engine/render'
import type { AppleAccess } from '../build-connection/apple-access.ts'
import type { StepContext } from '../step.ts'
import { type DesiredParts, desiredState, distributionsFor } from './desired-state.ts'

/** What stands in the way of development profiles that nobody insists on. */
const WITHOUT_DEVELOPMENT = [
  { error: provisioningErrors.no_devices, why: 'the team has no device for them' },
  { error: provisioningErrors.certificate_not_in_team, why: 'the team does not know the development certificate' },
] as const

export interface ProvisionRequest extends Omit<DesiredParts, 'distributions'> {
  readonly apple: Pick<AppleAccess, 'portal'>
  /** Hears the plan before anything is changed, and may throw. */
  readonly approve?: (plan: Plan) => void
  /** Keeps a new identity at once. */
  readonly keep: (created: CreatedIdentity) => Promise<void>
  /** Hears of every change at Apple when it is done, also when a later one fails. */
  readonly onChange: (change: Action) => void
}

/**
 * Brings Apple to what the project needs. The development profiles that an archive for another distribution can do
 * without are left out when the team has no device for them, or does not know the development certificate.
 */
export async function provisionApp(request: ProvisionRequest, context: StepContext): Promise<ProvisionResult> {
  const { required, optional } = distributionsFor(request.inputs, request.identities)
  if (optional === undefined) return attempt(request, required, context)
  try {
    return await attempt(request, [...required, optional], context)
  } catch (error) {
    const why = WITHOUT_DEVELOPMENT.find(({ error: known }) => known.is(error))?.why
    if (why === undefined) throw error
    context.warn(`no development profiles: ${why}; the archive is signed for distribution at once`)
    return attempt(request, required, context)
  }
}

async function attempt(
  request: ProvisionRequest,
  distributions: DesiredParts['distributions'],
  context: StepContext,
): Promise<ProvisionResult> {
  const { apple, keep, approve, onChange, ...parts } = request
  return provision(desiredState({ ...parts, distributions }), apple.portal, {
    clock: context.clock,
    sleep: context.sleep,
    onIdentity: keep,
    ...(approve && { approve }),
    onProgress: (event) => {
      if (event.kind === 'done') onChange(event.action)
      logProgress(event, context)
    },
  })
}

/** Tells progress in lines for people. */
export function logProgress(event: ProgressEvent, { log, warn }: Pick<StepContext, 'log' | 'warn'>): void {
  if (event.kind === 'observing') log('reading what Apple has')
  if (event.kind === 'done') log(actionLine(event.action))
  if (event.kind === 'failed') warn(`failed: ${actionLine(event.action)}`)
  if (event.kind === 'again') warn(`planning again: ${event.why}`)
}
