import { reported as inBuild, type ReportedAction } from '@cordon/steps/build-connection/report'
import type { MetadataInputs } from '@cordon/steps/metadata/inputs'
import type { OpenStore } from '@cordon/steps/metadata/open-store'
import { isDeclined } from './ask-first.ts'
import type { Context } from './context.ts'
import { stepContext } from './step-context.ts'

/** A command that may change the store page or its review, and where that happens. */
export interface Reported<T> {
  /** As in the log: `metadata push`. */
  readonly step: string
  readonly inputs: Pick<MetadataInputs, 'build'>
  readonly port: OpenStore['port']
  /** What was done; `done` is absent when the work has failed. */
  readonly actions: (done?: T) => readonly ReportedAction[]
}

/** Does the work and, within a build, tells the server what came of it, for its audit log; not of what a person declines. */
export function reported<T>(
  { step, inputs, port, actions }: Reported<T>,
  context: Context,
  work: () => Promise<T>,
): Promise<T> {
  const summary = (done: T) => {
    const last = actions(done).at(-1)
    return last === undefined ? 'nothing was done' : `${last.action}: ${last.subject}`
  }
  const run = { step, access: inputs.build, meter: port, actions, summary, isUntold: isDeclined(context) }
  return inBuild(run, stepContext(context), work)
}
