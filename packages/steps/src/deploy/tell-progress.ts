import {
  createPaceMeter,
  inUnits,
  type OnUploadEvent,
  progressLine,
  type UploadEvent,
} from '@cordon/delivery/engine/builds/progress'
import type { StepContext } from '../step.ts'

/** Off a terminal, a line is written for each of so many parts of the file. */
const MOST_LINES = 10

/** Tells of an upload: one line that changes in place on a terminal, a line now and then elsewhere. */
export function createTeller(context: StepContext): OnUploadEvent {
  const onSent = createSentTeller(context)
  return (event) => (event.kind === 'sent' ? onSent(event) : tellLine(event, context.log))
}

/** How much of a file is at Apple. */
export type Sent = Pick<Extract<UploadEvent, { kind: 'sent' }>, 'bytes' | 'total' | 'found'>

/** Tells only how much is there, whoever sends it. */
export function createSentTeller({ log, status, clock }: StepContext): (sent: Sent) => void {
  const pace = createPaceMeter(clock)
  let told = 0
  return ({ bytes, total, found }) => {
    // What was there already took no time, and says nothing about the speed.
    const line = progressLine(bytes, total, pace(bytes - found, total - found))
    if (status !== undefined) {
      status(line)
      if (bytes === total) status(undefined)
    }
    const reached = Math.floor((bytes * MOST_LINES) / total)
    if (status === undefined && (bytes === total || reached > told)) {
      told = reached
      log(line.replace(/^\[.*?\]\s*/, 'sent '))
    }
    if (bytes === total && found > 0) log(`${inUnits(found)} of it were there from an earlier run`)
  }
}

function tellLine(event: Exclude<UploadEvent, { kind: 'sent' }>, log: (line: string) => void): void {
  const line = LINES[event.kind](event as never)
  if (line !== undefined) log(line)
}

type LineOf<K extends UploadEvent['kind']> = (event: Extract<UploadEvent, { kind: K }>) => string | undefined

const LINES: { readonly [K in Exclude<UploadEvent['kind'], 'sent'>]: LineOf<K> } = {
  checked: ({ file: { bundleId, version, buildNumber, bytes } }) =>
    `${bundleId} ${version} (${buildNumber}), ${inUnits(bytes)}: checked, ready to be sent`,
  reserved: ({ uploadId }) => `upload ${uploadId} reserved`,
  resumed: ({ uploadId, isComplete }) =>
    isComplete
      ? `upload ${uploadId} of an earlier run has the whole file: nothing is sent`
      : `upload ${uploadId} of an earlier run goes on`,
  part_again: ({ part, tries, reason }) => `part ${part}: ${reason}; try ${tries + 1} follows`,
  committed: ({ uploadId }) => `upload ${uploadId} is complete`,
  processing: ({ what, state }) => `Apple: ${what} ${state}`,
}
