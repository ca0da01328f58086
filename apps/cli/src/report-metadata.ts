import type { Written } from '@cordon/delivery/engine/metadata/push-context'
import { failureReport, type Report, reportToServer } from '@cordon/steps/build-connection/report'
import type { MetadataInputs } from '@cordon/steps/metadata/inputs'
import type { OpenStore } from '@cordon/steps/metadata/open-store'
import type { Context } from './context.ts'
import { stepContext } from './step-context.ts'

type Action = Report['actions'][number]

/** A command that may change the store page or its review, and where that happens. */
export interface Reported {
  /** As in the log: `metadata push`. */
  readonly step: string
  readonly inputs: Pick<MetadataInputs, 'build'>
  readonly port: OpenStore['port']
  /** What was done by the time of a failure; nothing if absent. */
  readonly soFar?: () => readonly Action[]
}

/** Does the work and, within a build, tells the server what came of it, for its audit log. */
export async function reported<T>(
  { step, inputs, port, soFar }: Reported,
  context: Context,
  work: () => Promise<T>,
  actionOf: (done: T) => Action,
): Promise<T> {
  const machine = stepContext(context)
  try {
    const done = await work()
    const action = actionOf(done)
    const summary = `${action.action}: ${action.subject}`
    await reportToServer(
      inputs.build,
      { step, outcome: 'success', appleRequests: port.requests(), actions: [action], summary },
      machine,
    )
    return done
  } catch (error) {
    await reportToServer(inputs.build, failureReport(step, port.requests(), error, [...(soFar?.() ?? [])]), machine)
    throw error
  }
}

/** So many writes to the page of a version. */
export function wroteTo({ version, writes }: Written): Action {
  return doneTo(version, 'write-store-page', writes === 1 ? '1 write' : `${writes} writes`)
}

/** One action that was done to a version. */
export function doneTo(version: string, action: string, reason = ''): Action {
  return { action, subject: `version ${version}`, outcome: 'done', reason }
}
