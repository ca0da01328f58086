import { isCordonError } from '@cordon/core/errors'
import { isUsageError, runSimulatorCommand, USAGE } from './command.ts'

const ended = new Promise((resolve) => {
  process.once('SIGINT', resolve)
  process.once('SIGTERM', resolve)
})

runSimulatorCommand(process.argv.slice(2), { ended, out: (text) => process.stdout.write(text) })
  .then(() => process.exit(0))
  .catch((error: unknown) => {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`)
    if (isCordonError(error))
      process.stderr.write(`${error.detail === undefined ? '' : `${error.detail}\n`}hint: ${error.remedy}\n`)
    if (isUsageError(error)) process.stderr.write(USAGE)
    process.exit(1)
  })
