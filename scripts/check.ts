import { runChecks } from './checks.ts'

const failed = (await runChecks()).filter((check) => !check.passed)
process.exit(failed.length === 0 ? 0 : 1)
