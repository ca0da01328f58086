import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildProgram } from '../programs/programs.mjs'
import { claim } from './narrator.ts'
import { type CommandRun, cordon, type RunningProgram, startProgram } from './process.ts'

/** Simulator and server in a scratch folder of their own. */
export interface DemoWorld {
  readonly folder: string
  readonly serverUrl: string
  readonly simulatorUrl: string
  readonly setUpToken: string
  /** Runs the command as the person of the demo; throws unless it ends with exit code 0. */
  readonly command: (args: readonly string[], options?: CommandOptions) => Promise<CommandRun>
  readonly stop: () => Promise<void>
}

export interface CommandOptions {
  readonly cwd?: string
  readonly stdin?: string
  readonly env?: Readonly<Record<string, string>>
  /** Hears standard output, all of it so far, while the command still runs. */
  readonly heard?: (stdout: string) => void
}

const INHERITED = ['PATH', 'HOME', 'LANG', 'TERM', 'TMPDIR']

/** Starts everything. Nothing outside of the scratch folder is read or written, not even the user's own sign-ins. */
export async function startWorld(): Promise<DemoWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-demo-'))
  const base = Object.fromEntries(
    INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  )
  const programs: RunningProgram[] = []
  const stop = async () => {
    for (const program of programs.reverse()) await program.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const simulator = await startProgram('simulator', ['--port', '0'], base, /(http:\/\/127\.0\.0\.1:\d+)/)
    programs.push(simulator)
    const simulatorUrl = simulator.found[1] ?? ''
    const port = await freePort()
    const serverUrl = `http://127.0.0.1:${port}`
    const serverEnvironment = {
      ...base,
      CORDON_PORT: String(port),
      CORDON_DATA_DIR: join(folder, 'data'),
      CORDON_KEY_FILE: join(folder, 'keys', 'master.key'),
      CORDON_APPLE_BASE_URL: simulatorUrl,
      CORDON_APPLE_ENTERPRISE_BASE_URL: `${simulatorUrl}/enterprise`,
      CORDON_APPLE_ID_BASE_URL: simulatorUrl,
    }
    const server = await startProgram('server', [], serverEnvironment, /set-up#token=([\w-]+)/)
    programs.push(server)
    const program = await buildProgram('cordon')
    const commandEnvironment = { ...base, CORDON_CONFIG_DIR: join(folder, 'config') }
    const command = async (args: readonly string[], options: CommandOptions = {}) => {
      const run = await cordon(
        program,
        args,
        { ...commandEnvironment, ...options.env },
        { ...options, cwd: options.cwd ?? folder },
      )
      claim(
        run.exitCode === 0,
        `cordon ${args.join(' ')} ended with exit code ${run.exitCode}:\n${run.stderr}${run.stdout}`,
      )
      return run
    }
    return { folder, serverUrl, simulatorUrl, setUpToken: server.found[1] ?? '', command, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no free port')),
      )
    })
  })
}
