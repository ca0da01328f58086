import { isCordonError } from '@cordon/core/errors'
import { runSimulatorCommand, USAGE } from './command.ts'

const ended = new Promise((resolve) => {
  process.once('SIGINT', resolve)
  process.once('SIGTERM', resolve)
})

runSimulatorCommand(process.argv.slice(2), { ended, out: (text) => process.stdout.write(text) })
  .then(() => process.exit(0))
  .catch((error: unknown) => {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`)
    process.stderr.write(isCordonError(error) ? `hint: ${error.remedy}\n` : USAGE)
    process.exit(1)
  })
