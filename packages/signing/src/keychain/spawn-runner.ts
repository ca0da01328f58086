import { spawn } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'
import type { CommandResult, CommandRunner } from './runner.ts'

/** Runs real programs, without a shell. Throws when the program cannot be started at all. */
export const spawnRunner: CommandRunner = (command, args, { stdin = '', env, onOutput } = {}) =>
  new Promise<CommandResult>((resolve, reject) => {
    const child = spawn(command, args, env === undefined ? {} : { env })
    const output: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] }
    for (const name of ['stdout', 'stderr'] as const) {
      // Keeps characters whole that are cut between two pieces.
      const decoder = new StringDecoder('utf8')
      child[name].on('data', (chunk: Buffer) => {
        output[name].push(chunk)
        onOutput?.(decoder.write(chunk))
      })
    }
    // A program that ends without reading its input closes the pipe; its exit code tells what happened.
    child.stdin.on('error', () => undefined)
    child.on('error', reject)
    child.on('close', (exitCode, signal) => {
      const text = (name: keyof typeof output) => Buffer.concat(output[name]).toString('utf8')
      resolve({ exitCode: exitCode ?? (signal === null ? 1 : 128), stdout: text('stdout'), stderr: text('stderr') })
    })
    child.stdin.end(stdin)
  })
