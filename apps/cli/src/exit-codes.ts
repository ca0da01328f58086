import { isCordonError } from '@cordon/core/errors'
import { stepErrors } from '@cordon/steps/errors'
import { cliErrors } from './errors.ts'

/** Exit codes of the `cordon` command; documented in docs/cli.md and never renumbered. */
export const EXIT_CODES = {
  success: { code: 0, meaning: 'done' },
  failed: { code: 1, meaning: 'something went wrong that is nobody else’s move: a bug or a broken machine' },
  usage: { code: 2, meaning: 'the command line is not understood, or what is required is missing' },
  invalid: { code: 3, meaning: 'an input is not valid: a field, a file or a project' },
  denied: { code: 4, meaning: 'not signed in, or the role does not allow it' },
  not_found: { code: 5, meaning: 'the named thing does not exist, or not for you' },
  conflict: { code: 6, meaning: 'the state of things does not allow it' },
  upstream: { code: 7, meaning: 'Apple refused, or could not be reached' },
  unreachable: { code: 8, meaning: 'the Cordon server could not be reached or is not one' },
  limited: { code: 9, meaning: 'too many requests; try again later' },
} as const satisfies Record<string, { code: number; meaning: string }>

/** Commands that run a program of the user and end as it does; the codes above are theirs only for what goes wrong around it. */
export const PASSED_ON = [
  {
    command: 'cordon run',
    meaning: 'the exit code of the command; 128 and the number of the signal that ended it, such as 143 for SIGTERM',
  },
  {
    command: 'cordon fastlane',
    meaning: 'the exit code of fastlane, likewise; also as an action, Bitrise step or job',
  },
] as const

const BY_STATUS: Readonly<Record<number, number>> = {
  400: EXIT_CODES.invalid.code,
  401: EXIT_CODES.denied.code,
  403: EXIT_CODES.denied.code,
  404: EXIT_CODES.not_found.code,
  409: EXIT_CODES.conflict.code,
  410: EXIT_CODES.conflict.code,
  413: EXIT_CODES.invalid.code,
  415: EXIT_CODES.invalid.code,
  422: EXIT_CODES.invalid.code,
  429: EXIT_CODES.limited.code,
}

/** What is required and missing ends alike, whether it is an option of a command or an input of a step. */
const MISSING: ReadonlySet<string> = new Set([
  stepErrors.input_missing.code,
  cliErrors.missing_option.code,
  cliErrors.usage.code,
])

/** The exit code for something thrown. */
export function exitCodeOf(error: unknown): number {
  if (!isCordonError(error)) return EXIT_CODES.failed.code
  // What the user's own program has ended with goes on as it is, so that scripts around the step see no difference.
  if (error.code === stepErrors.lane_failed.code && typeof error.details.exitCode === 'number')
    return error.details.exitCode
  if (MISSING.has(error.code)) return EXIT_CODES.usage.code
  if (error.code.startsWith('client.') || error.code === cliErrors.token_not_revoked.code)
    return EXIT_CODES.unreachable.code
  if (error.kind === 'upstream' || error.code.startsWith('apple.')) return EXIT_CODES.upstream.code
  return BY_STATUS[error.status] ?? EXIT_CODES.failed.code
}
