import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildProgram } from '../scripts/programs/programs.mjs'
import { machine } from './machine.ts'

/** What `bench start` measures; the names are relied on by other tools. */
export type StartMetrics = {
  /** From starting the program on an empty data folder to the first healthy answer; the median. */
  readonly coldStartMs: number
  /** The same on the data folder that is there by then; the median. */
  readonly warmStartMs: number
  /** Memory of the server's process after two idle seconds; the median. */
  readonly idleRssMB: number
}

interface Start {
  readonly startMs: number
  readonly rssMB: number
}

const IDLE_MS = 2_000

/** Starts the real server, as `npm start` does once everything is installed. Flags: `--rounds 3`. */
export async function run(flags: readonly string[] = []): Promise<StartMetrics> {
  const { values } = parseArgs({
    args: [...flags],
    options: { rounds: { type: 'string', default: '3' }, json: { type: 'boolean' } },
  })
  const program = await buildProgram('server')
  const [cold, warm]: [Start[], Start[]] = [[], []]
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const folder = await mkdtemp(join(tmpdir(), 'cordon-bench-start-'))
    try {
      cold.push(await startOnce(program, folder))
      warm.push(await startOnce(program, folder))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  return {
    coldStartMs: medianOf(cold.map(({ startMs }) => startMs)),
    warmStartMs: medianOf(warm.map(({ startMs }) => startMs)),
    idleRssMB: medianOf(cold.map(({ rssMB }) => rssMB)),
  }
}

async function startOnce(program: string, folder: string): Promise<Start> {
  const startedMs = performance.now()
  const child = spawnServer(program, folder)
  try {
    const url = await announcedUrl(child)
    await fetch(`${url}/healthz`).then((response) => response.text())
    const startMs = performance.now() - startedMs
    await wait(IDLE_MS)
    return { startMs, rssMB: rssMB(child.pid ?? 0) }
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
  }
}

function spawnServer(program: string, folder: string): ChildProcess {
  const env = {
    ...process.env,
    CORDON_DATA_DIR: join(folder, 'data'),
    CORDON_KEY_FILE: join(folder, 'config', 'master.key'),
    CORDON_PORT: '0',
    CORDON_DATABASE_URL: '',
  }
  return spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'inherit'] })
}

async function announcedUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the server has no output')
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^Cordon runs at (\S+)/.exec(line)?.[1]
    if (url !== undefined) return url
  }
  throw new Error('the server ended before it answered')
}

function rssMB(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).trim()) / 1024
}

function medianOf(values: readonly number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const metrics = await run(process.argv.slice(2))
  process.stdout.write(`${JSON.stringify({ bench: 'start', metrics, machine: machine() })}\n`)
}
