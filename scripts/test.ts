import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot, runChecks } from './checks.ts'
import { failureLines, failuresOf, type VitestReport } from './test-report.ts'

interface Totals {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const SKIPPED: ReadonlySet<string> = new Set(['skipped', 'pending', 'todo'])

const long = process.argv.includes('--long')
const startedMs = Date.now()
const checks = await runChecks()
const tests = await runVitest(long ? ['--config', 'vitest.long.config.ts'] : [])
const totals: Totals = {
  passed: tests.passed + checks.filter((check) => check.passed).length,
  failed: tests.failed + checks.filter((check) => !check.passed).length,
  skipped: tests.skipped,
}
for (const { name } of checks.filter(({ passed }) => !passed))
  process.stdout.write(`failed: the check of ${name}, see above\n`)
sayWhatWasAbsent()
process.stdout.write(
  `done in ${Math.round((Date.now() - startedMs) / 1000)} s: ${checks.length} source checks and all tests\n`,
)
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed${skipped}\n`)
process.exit(totals.failed === 0 ? 0 : 1)

/** Runs vitest and reads its counts; a run that dies without a report counts as one failure. */
async function runVitest(args: readonly string[]): Promise<Totals> {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-test-'))
  const reportFile = join(folder, 'report.json')
  const vitest = join(projectRoot, 'node_modules/.bin/vitest')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`]
  const exitCode = await inherit(vitest, ['run', ...reporters, ...args])
  try {
    if (!existsSync(reportFile)) return { passed: 0, failed: 1, skipped: 0 }
    const report = JSON.parse(readFileSync(reportFile, 'utf8')) as VitestReport
    saySlowest(report)
    saySkipped(report)
    const failures = failuresOf(report, exitCode)
    // Once more at the end, for those who see only that.
    for (const line of failureLines(failures)) process.stdout.write(`${line.replace(`${projectRoot}/`, '')}\n`)
    return {
      passed: report.numPassedTests,
      failed: failures.length,
      skipped: report.numPendingTests + report.numTodoTests,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function saySlowest(report: VitestReport): void {
  const slowest = report.testResults
    .map((file) => ({
      name: file.name.replace(`${projectRoot}/`, ''),
      seconds: (file.endTime - file.startTime) / 1000,
    }))
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, 5)
  process.stdout.write(
    `slowest files: ${slowest.map((file) => `${file.name} ${file.seconds.toFixed(1)} s`).join(', ')}\n`,
  )
}

/** Why is told where it was decided, above; a skip must not pass unseen when nobody reads that far. */
function saySkipped({ testResults }: VitestReport): void {
  for (const { name, assertionResults } of testResults) {
    const count = assertionResults.filter(({ status }) => SKIPPED.has(status)).length
    if (count > 0) process.stdout.write(`skipped: ${count} tests of ${name.replace(`${projectRoot}/`, '')}\n`)
  }
}

/** Data that some tests check against is not part of the project; its absence must not pass unseen. */
function sayWhatWasAbsent(): void {
  for (const folder of ['apple', 'xcode-projects']) {
    if (!existsSync(join(projectRoot, '../shared', folder))) {
      process.stdout.write(`../shared/${folder} is not here: the tests that check against it did not run\n`)
    }
  }
}

function inherit(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: projectRoot, stdio: ['ignore', 'inherit', 'inherit'] })
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
}
