import { split } from 'shlex'
import { invalid } from '../inputs.ts'
import { deployErrors } from './errors.ts'

/** What further arguments of fastlane deliver come to. */
export interface DeliverOptions {
  readonly appVersion?: string
}

/** How an argument is taken: as one of our options, or as one whose wish is fulfilled anyway. */
const KNOWN: Readonly<Record<string, { readonly as?: keyof DeliverOptions; readonly hasValue: boolean }>> = {
  app_version: { as: 'appVersion', hasValue: true },
  // Nothing is asked, and no preview is shown.
  force: { hasValue: false },
  // Only differences are written, in the order of the files.
  overwrite_screenshots: { hasValue: false },
  sync_screenshots: { hasValue: false },
  run_precheck_before_submit: { hasValue: true },
  precheck_include_in_app_purchases: { hasValue: true },
  precheck_default_rule_level: { hasValue: true },
}

/** Reads the input `options`. Throws `deploy.options_unsupported` rather than leave out what somebody relies on. */
export function readDeliverOptions(text: string): DeliverOptions {
  const words = wordsIn(text)
  const options: Record<string, string> = {}
  const unknown: string[] = []
  const left = [...words]
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const [, name = '', inline] = /^--([a-z_]+)(?:=(.*))?$/s.exec(word) ?? []
    const known = KNOWN[name]
    if (known === undefined) {
      unknown.push(word)
      continue
    }
    const takesNext = inline === undefined && takesValue(known.hasValue, left[0])
    const value = takesNext ? (left.shift() ?? '') : (inline ?? '')
    if (known.as !== undefined) options[known.as] = value
  }
  if (unknown.length > 0)
    throw deployErrors.options_unsupported({ arguments: unknown }, { detail: unknown.join(' ').slice(0, 200) })
  return options
}

/** fastlane takes `true` and `false` after any switch. */
function takesValue(hasValue: boolean, next: string | undefined): boolean {
  return next !== undefined && (hasValue ? !next.startsWith('--') : next === 'true' || next === 'false')
}

/** Words as a shell would split them. */
export function wordsIn(text: string, input = 'options'): readonly string[] {
  try {
    return split(text)
  } catch {
    throw invalid(input, 'words with quotes that are closed')
  }
}
