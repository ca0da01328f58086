import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { isCordonError } from '@cordon/core/errors'
import { type SimulatorOptions, startSimulator } from './simulator.ts'

const USAGE = `usage: simulator [--port N] [--host ADDRESS] [--seed FILE] [--latency MS]

  --port N        port to listen on; 0 takes a free one (default 4180)
  --host ADDRESS  address to listen on (default 127.0.0.1)
  --seed FILE     JSON with teams, as POST /_simulator/seed takes it
  --latency MS    milliseconds that every answer waits (default 0)
`
const DEFAULT_PORT = 4180

function wholeNumber(flag: string, value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value)
  throw new RangeError(`--${flag} takes a whole number, not "${value}"`)
}

function readOptions(args: readonly string[]): SimulatorOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: String(DEFAULT_PORT) },
      host: { type: 'string', default: '127.0.0.1' },
      seed: { type: 'string' },
      latency: { type: 'string', default: '0' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  return {
    port: wholeNumber('port', values.port),
    host: values.host,
    latencyMs: wholeNumber('latency', values.latency),
    ...(values.seed === undefined ? {} : { seed: JSON.parse(readFileSync(values.seed, 'utf8')) }),
  }
}

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args)
  if (options === undefined) {
    process.stdout.write(USAGE)
    return
  }
  const simulator = await startSimulator(options)
  const stop = () => void simulator.close().then(() => process.exit(0))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  process.stdout.write(`${simulator.url}\n`)
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`)
  process.stderr.write(isCordonError(error) ? `hint: ${error.remedy}\n` : USAGE)
  process.exit(1)
})
