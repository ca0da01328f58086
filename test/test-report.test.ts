import { expect, test } from 'vitest'
import { failureLines, failuresOf, type VitestReport } from '../scripts/test-report.ts'

const passed = { status: 'passed', fullName: 'a group passes', failureMessages: null }
const failed = (name: string) => ({
  status: 'failed',
  fullName: name,
  failureMessages: ['AssertionError: no\n    at /x/a.test.ts:3\n    at /x/node_modules/runner.js:1\n    at /x/b.ts:4'],
})

function report(...files: Array<{ message?: string; tests: VitestReport['testResults'][number]['assertionResults'] }>) {
  const testResults = files.map(({ message = '', tests }, place) => ({
    name: `${place}.test.ts`,
    startTime: 0,
    endTime: 1,
    message,
    assertionResults: tests,
  }))
  return { numPassedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults }
}

test('each failed test counts, and each file that failed beside its tests', () => {
  const failures = failuresOf(
    report(
      { tests: [passed, failed('a group fails'), failed('another')] },
      { tests: [passed], message: 'cannot clean up' },
      { tests: [], message: 'cannot be loaded' },
      { tests: [passed] },
    ),
    1,
  )
  expect(failures.map(({ what }) => what)).toEqual([
    '0.test.ts > a group fails',
    '0.test.ts > another',
    '1.test.ts',
    '2.test.ts',
  ])
  expect(failureLines(failures.slice(0, 1))).toEqual([
    'failed: 0.test.ts > a group fails',
    '    AssertionError: no',
    '        at /x/a.test.ts:3',
    '        at /x/b.ts:4',
  ])
})

test('a run that ended badly although no test failed is a failure', () => {
  expect(failuresOf(report({ tests: [passed] }), 1)).toHaveLength(1)
  expect(failuresOf(report({ tests: [passed] }), 0)).toEqual([])
})

test('of very many failures some are told, and how many more there are', () => {
  const many = Array.from({ length: 25 }, (_, place) => ({ what: `test ${place}`, why: 'no\n'.repeat(100) }))
  const lines = failureLines(many)
  expect(lines.at(-1)).toBe('and 5 more failed')
  expect(lines.length).toBeLessThan(300)
})
