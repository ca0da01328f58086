import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { promisify } from 'node:util'

/**
 * Tells one running process from every other, also from a later one that got the same process id.
 * `scope` and `start` are 12 hexadecimal digits.
 */
export interface ProcessMark {
  /** Where `pid` counts: this boot and, on Linux, this container. */
  readonly scope: string
  readonly pid: number
  /** Derived from the moment the process started. */
  readonly start: string
}

const run = promisify(execFile)

const short = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12)

/** The mark of this process. */
export async function currentProcessMark(): Promise<ProcessMark> {
  const { pid } = process
  return { scope: await currentScope(), pid, start: (await startOf(pid)) ?? short('unknown') }
}

/** Says whether the marked process still runs; nothing when it belongs to another scope and cannot be seen from here. */
export async function stillRuns(mark: ProcessMark): Promise<boolean | undefined> {
  if (mark.scope !== (await currentScope())) return undefined
  return (await startOf(mark.pid)) === mark.start
}

async function currentScope(): Promise<string> {
  if (process.platform !== 'linux') return short(hostname())
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
  return short(`${boot.trim()} ${await readlink('/proc/self/ns/pid')}`)
}

async function startOf(pid: number): Promise<string | undefined> {
  const start = process.platform === 'linux' ? await linuxStart(pid) : await psStart(pid)
  return start === undefined ? undefined : short(start)
}

// Field 22 of proc(5) stat, in clock ticks since boot. The command's name before it may hold blanks and parentheses.
async function linuxStart(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}

async function psStart(pid: number): Promise<string | undefined> {
  const options = { env: { LC_ALL: 'C', PATH: '/bin:/usr/bin' } }
  const listed = await run('ps', ['-o', 'lstart=', '-p', String(pid)], options).catch(() => undefined)
  return listed?.stdout.trim() || undefined
}
