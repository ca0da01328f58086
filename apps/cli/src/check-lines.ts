import type { ConnectionCheck } from '@cordon/api/connections/schema'

const MARKS = { passed: 'ok', failed: 'failed', unknown: 'unknown', not_applicable: 'not applicable' } as const

/** What was tried against Apple, a line each. */
export function checkLines(checks: readonly ConnectionCheck[]): string {
  return checks
    .map((check) => `  ${check.title}: ${MARKS[check.result]}${check.explanation ? ` (${check.explanation})` : ''}\n`)
    .join('')
}
