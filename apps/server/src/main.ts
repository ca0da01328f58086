import { fileURLToPath } from 'node:url'
import { systemClock } from './platform/clock.ts'
import { ConfigError, readConfig } from './platform/config.ts'
import { hardenProcess } from './platform/harden.ts'
import { createLog } from './platform/log.ts'
import { nodeWarning } from './platform/node-support.ts'
import { type RunningServer, startServer } from './start.ts'
import { startProblem } from './start-problem.ts'

const WEB_ROOT = fileURLToPath(new URL('../../web/dist/', import.meta.url))
const STOP_WITHIN_MS = 15_000
const EXIT_CONFIG = 78
const EXIT_FAILED = 1

try {
  await run()
} catch (error) {
  process.stderr.write(`${startProblem(error)}\n`)
  process.exit(error instanceof ConfigError ? EXIT_CONFIG : EXIT_FAILED)
}

async function run(): Promise<void> {
  const warnings = hardenProcess()
  const config = readConfig(process.env)
  const log = createLog(config.logLevel)
  const running = await startServer({ config, log, webRoot: WEB_ROOT })
  stopOnSignal(running)
  const old = nodeWarning(process.versions.node, systemClock.now())
  for (const warning of old === undefined ? warnings : [...warnings, old]) log.warn({}, warning)
  announce(config.publicUrl ?? running.url, running.setUpUrl)
}

function announce(address: string, setUpUrl: string | undefined): void {
  process.stdout.write(`Cordon runs at ${address}\n`)
  if (setUpUrl !== undefined) {
    process.stdout.write(`Set it up with this link; it works once, within an hour:\n  ${setUpUrl}\n`)
  }
  process.stdout.write('Stop it with Ctrl-C.\n')
}

// A second signal, or a request that does not end, stops at once: what was acknowledged is on the disk.
function stopOnSignal(running: RunningServer): void {
  const stop = () => {
    process.once('SIGINT', () => process.exit(EXIT_FAILED))
    process.once('SIGTERM', () => process.exit(EXIT_FAILED))
    setTimeout(() => process.exit(EXIT_FAILED), STOP_WITHIN_MS).unref()
    running.close().then(
      () => process.exit(0),
      () => process.exit(EXIT_FAILED),
    )
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}
