import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** The real server as a process of its own. */
export interface ServerProcess {
  readonly url: string
  readonly pid: number
  /** The link that a first start prints. */
  readonly setUpUrl: string | undefined
  /** Ends it as a power button would: nothing is finished or written any more. */
  kill(): Promise<void>
  /** Ends it as a supervisor would, and gives its exit code. */
  stop(): Promise<number | null>
}

/** Starts the program, under `wrapper` if told (such as strace), and waits until it answers. */
export async function startProcess(
  program: string,
  env: Readonly<Record<string, string>>,
  wrapper: readonly string[] = [],
): Promise<ServerProcess> {
  const [command = '', ...args] = [...wrapper, process.execPath, program]
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env, CORDON_LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const { url, setUpUrl } = await readAddress(child, ended)
  const end = (signal: 'SIGKILL' | 'SIGTERM') => {
    // To the whole group: strace itself does not heed the signals that it passes on.
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
      process.kill(-child.pid, signal)
    return ended
  }
  return {
    url,
    pid: child.pid ?? 0,
    setUpUrl,
    kill: async () => {
      await end('SIGKILL')
    },
    stop: () => end('SIGTERM'),
  }
}

async function readAddress(child: ChildProcess, ended: Promise<number | null>) {
  if (child.stdout === null) throw new Error('the server has no output')
  let url: string | undefined
  let setUpUrl: string | undefined
  const lines = createInterface(child.stdout)
  const failed = ended.then((code) => {
    throw new Error(`the server ended with ${code} before it answered`)
  })
  failed.catch(() => {})
  const found = new Promise<{ url: string; setUpUrl: string | undefined }>((resolve) => {
    lines.on('line', (line) => {
      url ??= /^Cordon runs at (\S+)$/.exec(line)?.[1]
      setUpUrl ??= /^ +(\S+\/set-up#\S+)$/.exec(line)?.[1]
      if (line === READY && url !== undefined) resolve({ url, setUpUrl })
    })
  })
  return Promise.race([found, failed])
}

/** Last line that the server prints at its start. */
const READY = 'Stop it with Ctrl-C.'
