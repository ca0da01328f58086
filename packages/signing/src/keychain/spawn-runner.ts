import { spawn } from 'node:child_process'
import type { CommandResult, CommandRunner } from './runner.ts'

/** Runs real programs, without a shell. Throws when the program cannot be started at all. */
export const spawnRunner: CommandRunner = (command, args, { stdin = '', env } = {}) =>
  new Promise<CommandResult>((resolve, reject) => {
    const child = spawn(command, args, env === undefined ? {} : { env })
    const output: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] }
    child.stdout.on('data', (chunk: Buffer) => output.stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => output.stderr.push(chunk))
    // A program that ends without reading its input closes the pipe; its exit code tells what happened.
    child.stdin.on('error', () => undefined)
    child.on('error', reject)
    child.on('close', (exitCode, signal) => {
      const text = (name: keyof typeof output) => Buffer.concat(output[name]).toString('utf8')
      resolve({ exitCode: exitCode ?? (signal === null ? 1 : 128), stdout: text('stdout'), stderr: text('stderr') })
    })
    child.stdin.end(stdin)
  })
