import { closeSync, fstatSync, openSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import { cliErrors } from './errors.ts'
import { EXIT_CODES } from './exit-codes.ts'
import { askLive } from './live-prompt.ts'
import type { Terminal } from './terminal.ts'

const MAX_STDIN_BYTES = 1_048_576
/** The terminal of this process, wherever its standard input comes from. */
const TERMINAL_DEVICE = '/dev/tty'

/** The terminal of this process. Questions are asked only where there is somebody to answer. */
export function processTerminal(): Terminal {
  outliveReaders()
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    get isOneLog() {
      return haveOneReader()
    },
    isInteractive: Boolean(process.stdin.isTTY && process.stderr.isTTY),
    readStdin,
    askText: (message) => ask(({ text }) => text({ message, output: process.stderr })),
    askSecret: (message, refuse) =>
      ask(({ password }) =>
        password({
          message,
          output: process.stderr,
          validate: (typed = '') => refuse?.(typed),
          // Nobody sees what was typed, so nobody could mend it.
          clearOnError: true,
        }),
      ),
    confirm: (message) => ask(({ confirm }) => confirm({ message, initialValue: false, output: process.stderr })),
    get canAskCode() {
      return Boolean(process.stderr.isTTY && (process.stdin.isTTY || hasTerminal()))
    },
    askCode,
  }
}

/** The dialogs are loaded when there is something to ask. */
async function ask<T>(question: (dialogs: typeof import('@clack/prompts')) => Promise<T>): Promise<Exclude<T, symbol>> {
  const dialogs = await import('@clack/prompts')
  const answer = await question(dialogs)
  if (dialogs.isCancel(answer)) throw cliErrors.not_confirmed()
  return answer as Exclude<T, symbol>
}

/**
 * A reader that has gone, such as "head", ends no work at Apple half-way: what it does not read is dropped. A result that cannot be written
 * for another reason, such as a full disk, makes this process fail.
 */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') failAtExit(error.message)
    })
}

let isFailing = false

function failAtExit(reason: string): void {
  if (isFailing) return
  isFailing = true
  process.stderr.write(`error: what this command prints cannot be written: ${reason}\n`)
  process.once('exit', (code) => {
    if (code === EXIT_CODES.success.code) process.exitCode = EXIT_CODES.failed.code
  })
}

/** Two pipes may have one reader all the same, as in some CI systems. */
function haveOneReader(): boolean {
  try {
    const [out, err] = [fstatSync(process.stdout.fd), fstatSync(process.stderr.fd)]
    return out.dev === err.dev && out.ino === err.ino
  } catch {
    return false
  }
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync(TERMINAL_DEVICE, 'r'))
    return true
  } catch {
    return false
  }
}

async function askCode(question: () => string): Promise<string> {
  const own = process.stdin.isTTY ? undefined : new ReadStream(openSync(TERMINAL_DEVICE, 'r'))
  try {
    const answer = await askLive(own ?? process.stdin, process.stderr, question)
    if (answer === undefined) throw cliErrors.sign_in_given_up()
    return answer
  } finally {
    own?.destroy()
  }
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of process.stdin) {
    size += (chunk as Buffer).length
    if (size > MAX_STDIN_BYTES)
      throw cliErrors.file_unreadable({ path: '-' }, { detail: 'standard input holds more than 1 MiB' })
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}
