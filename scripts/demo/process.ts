import { type ChildProcess, spawn } from 'node:child_process'
import { buildProgram, type ProgramName } from '../programs/programs.mjs'
import { DemoFailure } from './narrator.ts'

const START_TIMEOUT_MS = 60_000

export interface RunningProgram {
  /** What the pattern found in its output. */
  readonly found: RegExpMatchArray
  readonly stop: () => Promise<void>
}

/** Starts one of the product's programs and waits until its output matches. */
export async function startProgram(
  name: ProgramName,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  until: RegExp,
): Promise<RunningProgram> {
  const child = spawn(process.execPath, [await buildProgram(name), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return new Promise((resolve, reject) => {
    let output = ''
    const timer = setTimeout(() => fail('did not start in time'), START_TIMEOUT_MS)
    const fail = (why: string) => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      reject(new DemoFailure(`${name} ${why}:\n${output.slice(-2_000)}`))
    }
    const read = (chunk: Buffer) => {
      output = `${output}${chunk.toString('utf8')}`.slice(-50_000)
      const found = until.exec(output)
      if (found === null) return
      clearTimeout(timer)
      resolve({ found, stop: () => stop(child) })
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', (code) => fail(`ended with exit code ${code}`))
  })
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGKILL'), 5_000).unref()
  })
}

export interface CommandRun {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the `cordon` command, which was made from the sources. */
export function cordon(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  options: { cwd: string; stdin?: string; heard?: (stdout: string) => void },
): Promise<CommandRun> {
  const child = spawn(process.execPath, [program, ...args], {
    env,
    cwd: options.cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.end(options.stdin ?? '')
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => {
    stdout.push(chunk)
    options.heard?.(Buffer.concat(stdout).toString('utf8'))
  })
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) =>
      resolve({
        exitCode: code ?? 1,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      }),
    )
  })
}
