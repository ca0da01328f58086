/** What is read of the report that vitest writes as JSON. */
export interface VitestReport {
  readonly numPassedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: ReadonlyArray<{
    readonly name: string
    readonly startTime: number
    readonly endTime: number
    /** Why the file or one of its hooks failed. */
    readonly message: string
    readonly assertionResults: ReadonlyArray<{
      readonly status: string
      readonly fullName: string
      readonly failureMessages: readonly string[] | null
    }>
  }>
}

/** A test that failed, or a file that failed beside its tests: it cannot be loaded, or a hook threw. */
export interface Failure {
  readonly what: string
  readonly why: string
}

/** What failed. A run that ended badly although nothing of it did, as when an error was caught by nobody, is one failure. */
export function failuresOf({ testResults }: VitestReport, exitCode: number): readonly Failure[] {
  const failures = testResults.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed')
    if (failed.length === 0) return message === '' ? [] : [{ what: name, why: message }]
    return failed.map((one) => ({ what: `${name} > ${one.fullName}`, why: one.failureMessages?.[0] ?? '' }))
  })
  if (failures.length > 0 || exitCode === 0) return failures
  return [{ what: 'the run', why: `vitest ended with ${exitCode} although no test failed, see above` }]
}

/** Failures that are told. */
const MOST_TOLD = 20
const MOST_LINES = 12
const MOST_COLUMNS = 300

/** Lines that tell the failures, each with the beginning of its reason. */
export function failureLines(failures: readonly Failure[]): readonly string[] {
  const told = failures
    .slice(0, MOST_TOLD)
    .flatMap(({ what, why }) => [`failed: ${what}`, ...beginningOf(why).map((line) => `    ${line}`)])
  return failures.length > MOST_TOLD ? [...told, `and ${failures.length - MOST_TOLD} more failed`] : told
}

function beginningOf(text: string): readonly string[] {
  const own = text.split('\n').filter((line) => !line.includes('/node_modules/'))
  return own.slice(0, MOST_LINES).map((line) => line.slice(0, MOST_COLUMNS))
}
