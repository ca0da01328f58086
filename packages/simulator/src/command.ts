import { readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { instant, parseInstant } from '@cordon/core/instant'
import { hostErrors } from './hosts/errors.ts'
import type { ServedHosts } from './hosts/serve.ts'
import { variablesFor } from './hosts/variables.ts'
import { type Simulator, type SimulatorOptions, startSimulator } from './simulator.ts'

/** What the command says when asked for help or given a wrong flag. */
export const USAGE = `usage: simulator [flags]

  --port N              port of the plain address; 0 takes a free one (default 4180)
  --host ADDRESS        address to listen on (default 127.0.0.1)
  --tls-port N          serve Apple's hosts by their names on this port, with a certificate of this machine's own authority
  --proxy-port N        CONNECT proxy that leads Apple's host names here, and refuses all others
  --ca-folder FOLDER    where that authority is kept (default ~/.cordon/simulator-ca)
  --variables FILE      write the variables that lead clients here, NAME=value a line
  --seed FILE           JSON with teams, as POST /_simulator/seed takes it
  --state FILE          a saved state, as GET /_simulator/state answers it
  --now TIME            the time to start at, ISO 8601 (default the machine's)
  --latency MS          milliseconds that every answer waits (default 0)
  --setting NAME=JSON   a setting, such as certificateQuota={"DEVELOPMENT":2}; may be repeated
  --fault JSON          a fault, as POST /_simulator/faults takes it; may be repeated
`
const DEFAULT_PORT = '4180'
const TEXT = { type: 'string' } as const
const TEXTS = { type: 'string', multiple: true, default: [] as string[] } as const
const FLAGS = {
  port: { ...TEXT, default: DEFAULT_PORT },
  host: { ...TEXT, default: '127.0.0.1' },
  'tls-port': TEXT,
  'proxy-port': TEXT,
  'ca-folder': TEXT,
  variables: TEXT,
  seed: TEXT,
  state: TEXT,
  now: TEXT,
  latency: { ...TEXT, default: '0' },
  setting: TEXTS,
  fault: TEXTS,
  help: { type: 'boolean', short: 'h', default: false },
} as const

function wholeNumber(flag: string, value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value)
  throw new RangeError(`--${flag} takes a whole number, not "${value}"`)
}

function json(flag: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new RangeError(`--${flag} takes JSON, not "${text.slice(0, 60)}"`, { cause })
  }
}

function settingOf(text: string): [string, unknown] {
  const mark = text.indexOf('=')
  if (mark < 1) throw new RangeError(`--setting takes NAME=JSON, not "${text}"`)
  return [text.slice(0, mark), json('setting', text.slice(mark + 1))]
}

function timeOf(text: string) {
  try {
    return parseInstant(text)
  } catch (cause) {
    throw new RangeError(`--now takes an ISO 8601 time, not "${text}"`, { cause })
  }
}

/** A wish of the command line: what starts, and what happens then. */
interface Wish {
  readonly options: SimulatorOptions
  readonly variablesFile: string | undefined
}

/** Takes a property only when there is something in it. */
function given<K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } {
  // One property under a computed key: the compiler widens it to an index signature.
  return (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: V }
}

function readFile(flag: string, path: string | undefined): unknown {
  return path === undefined ? undefined : json(flag, readFileSync(path, 'utf8'))
}

function readWish(args: readonly string[]): Wish | undefined {
  const { values } = parseArgs({ args: [...args], options: FLAGS })
  if (values.help) return undefined
  const port = (flag: 'tls-port' | 'proxy-port') =>
    values[flag] === undefined ? undefined : wholeNumber(flag, values[flag])
  const startsAt = values.now === undefined ? undefined : timeOf(values.now)
  const offsetMs = startsAt === undefined ? 0 : startsAt - Date.now()
  return {
    variablesFile: values.variables,
    options: {
      port: wholeNumber('port', values.port),
      host: values.host,
      latencyMs: wholeNumber('latency', values.latency),
      caFolder: values['ca-folder'] ?? join(homedir(), '.cordon', 'simulator-ca'),
      settings: Object.fromEntries(values.setting.map(settingOf)),
      faults: values.fault.map((text) => json('fault', text)),
      clock: { now: () => instant(Date.now() + offsetMs) },
      ...given('tlsPort', port('tls-port')),
      ...given('proxyPort', port('proxy-port')),
      ...given('seed', readFile('seed', values.seed)),
      ...given('snapshot', readFile('state', values.state)),
    },
  }
}

function hostLines(served: Omit<ServedHosts, 'close'>): string[] {
  const at = served.tlsPort === null ? '' : `, TLS on port ${served.tlsPort}`
  const variables = variablesFor(served).map(({ name, value, readers }) => `export ${name}='${value}'  # ${readers}`)
  return [`# Apple's hosts by name${at}: ${served.hosts.join(', ')}`, ...variables]
}

function writeVariables(file: string, simulator: Simulator): void {
  const own = [{ name: 'CORDON_SIMULATOR_URL', value: simulator.url }]
  const all = [...own, ...(simulator.appleHosts === null ? [] : variablesFor(simulator.appleHosts))]
  writeFileSync(file, all.map(({ name, value }) => `${name}=${value}\n`).join(''))
}

/** Whether an error says that the command line is not understood: a flag that is not known, or a value that it does not take. */
export function isUsageError(error: unknown): error is Error {
  if (error instanceof RangeError) return true
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
}

/** Where the command writes, and how it is told to end. */
export interface CommandSurroundings {
  readonly out: (text: string) => void
  /** Resolves when the simulator has to end. */
  readonly ended: Promise<unknown>
}

function rethrowListening(error: unknown): never {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    const { address = '', port = 0 } = error as { address?: string; port?: number }
    throw hostErrors.port_in_use({ host: address, port }, { detail: `${address}:${port}`, cause: error })
  }
  throw error
}

/**
 * Runs the command until it is told to end. The first line it writes is its address; lines follow that a shell can evaluate:
 * a comment with the address of its page and, with Apple's host names, variables. Throws for wrong flags (RangeError, TypeError) and for what the simulator refuses (CordonError).
 */
export async function runSimulatorCommand(args: readonly string[], surroundings: CommandSurroundings): Promise<void> {
  const wish = readWish(args)
  if (wish === undefined) {
    surroundings.out(USAGE)
    return
  }
  const simulator = await startSimulator(wish.options).catch(rethrowListening)
  try {
    if (wish.variablesFile !== undefined) writeVariables(wish.variablesFile, simulator)
    const { appleHosts } = simulator
    const page = `# page and control API: ${simulator.controlUrl}/`
    surroundings.out(`${[simulator.url, page, ...(appleHosts === null ? [] : hostLines(appleHosts))].join('\n')}\n`)
    await surroundings.ended
  } finally {
    await simulator.close()
  }
}
