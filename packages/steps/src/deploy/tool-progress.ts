import type { StepContext } from '../step.ts'
import { createSentTeller } from './tell-progress.ts'

/** How Transporter tells that a part of a file is there: `INFO: File: 1234.ipa 11439200/14105891, 81% completed` (observed 2015 to 2016). */
const PROGRESS = /\bFile: .*\.(?:ipa|pkg) (\d{1,15})\/(\d{1,15}), \d{1,3}% completed/

/** Longer lines tell no progress. */
const MOST_CHARACTERS = 10_000

/**
 * Hears what a tool prints, in whatever pieces, and tells how far the upload is as for an upload of the step's own: nothing else of what
 * is printed is shown. A tool that tells nothing of it leads to no line.
 */
export function createToolProgress(context: StepContext): (piece: string) => void {
  const tell = createSentTeller(context)
  let rest = ''
  let told = -1
  return (piece) => {
    const lines = (rest + piece).split(/[\r\n]/)
    rest = lines.pop()?.slice(-MOST_CHARACTERS) ?? ''
    for (const line of lines) {
      const [, sent, size] = PROGRESS.exec(line) ?? []
      const [bytes, total] = [Number(sent), Number(size)]
      if (!(bytes > told && bytes <= total && total > 0)) continue
      told = bytes
      tell({ bytes, total, found: 0 })
    }
  }
}
