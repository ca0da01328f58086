import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Readable } from 'node:stream'
import { stepErrors } from '../errors.ts'
import { createMasker } from './masking.ts'

/** Signals that are passed on, so that the program ends in its own way and the step cleans up after it. */
const FORWARDED: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

export interface ProgramOptions {
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  /** What it prints, on both of its outputs, without the secrets. */
  readonly write: (text: string) => void
  readonly secrets: readonly string[]
}

/**
 * Runs a program without a shell and without input, shows what it prints as it comes, and answers its exit code (128 and the signal's
 * number when a signal ended it). Throws `step.program_missing` when there is none of that name.
 */
export function runProgram(program: string, args: readonly string[], options: ProgramOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.folder,
      env: options.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const stopForwarding = forwardSignals(child)
    // Each of its own: what one writes in two pieces must not be torn by the other.
    for (const stream of [child.stdout, child.stderr]) showMasked(stream, options)
    child.on('error', (cause) => {
      stopForwarding()
      reject(stepErrors.program_missing({ program }, { detail: `"${program}" could not be started`, cause }))
    })
    child.on('close', (code, signal) => {
      stopForwarding()
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0))
    })
  })
}

function showMasked(stream: Readable, { write, secrets }: ProgramOptions): void {
  const masker = createMasker(secrets)
  const show = (text: string) => text !== '' && write(text)
  // The stream's own decoder keeps characters whole that are cut between two pieces.
  stream.setEncoding('utf8')
  stream.on('data', (piece: string) => show(masker.add(piece)))
  stream.on('end', () => show(masker.end()))
}

function forwardSignals(child: ChildProcess): () => void {
  const handlers = FORWARDED.map((signal) => ({ signal, handler: () => child.kill(signal) }))
  for (const { signal, handler } of handlers) process.on(signal, handler)
  return () => {
    for (const { signal, handler } of handlers) process.off(signal, handler)
  }
}
