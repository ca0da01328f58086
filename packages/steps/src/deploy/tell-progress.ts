import {
  createPaceMeter,
  inUnits,
  type OnUploadEvent,
  progressLine,
  type UploadEvent,
} from '@cordon/delivery/engine/builds/progress'
import type { StepContext } from '../step.ts'

/** Off a terminal, a line is written each time so much more of the file is there. */
const LINE_EVERY = 0.1

/** Tells of an upload: one line that changes in place on a terminal, a line now and then elsewhere. */
export function createTeller({ log, status, clock }: StepContext): OnUploadEvent {
  const pace = createPaceMeter(clock)
  let toldShare = 0
  const onSent = ({ bytes, total, found }: Extract<UploadEvent, { kind: 'sent' }>) => {
    // What was there already took no time, and says nothing about the speed.
    const line = progressLine(bytes, total, pace(bytes - found, total - found))
    if (status !== undefined) {
      status(line)
      if (bytes === total) status(undefined)
    }
    const share = bytes / total
    if (status === undefined && (bytes === total || share >= toldShare + LINE_EVERY)) {
      toldShare = share - (share % LINE_EVERY)
      log(line.replace(/^\[.*?\]\s*/, 'sent '))
    }
    if (bytes === total && found > 0) log(`${inUnits(found)} of it were there from an earlier run`)
  }
  return (event) => (event.kind === 'sent' ? onSent(event) : tellLine(event, log))
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
