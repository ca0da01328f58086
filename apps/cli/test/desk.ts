import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCli } from '../src/cli.ts'
import type { Environment } from '../src/environment.ts'

export interface Ran {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  /** Standard output as JSON; throws when it is not. */
  json<T>(): T
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  /** Default: Linux. */
  readonly platform?: NodeJS.Platform
  /** Both outputs are read in one place. */
  readonly isOneLog?: boolean
  /** Answers for a person at a terminal; without them nobody is there. A function is asked when its turn comes. */
  readonly answers?: readonly (string | boolean | (() => string | Promise<string>))[]
}

/** Somebody's machine: a folder of its own for files and sign-ins. */
export interface Desk {
  readonly folder: string
  run(commandLine: string, options?: RunOptions): Promise<Ran>
  /** What the command that runs now, or the last one, has written to standard error so far. */
  heard(): string
  close(): void
}

export function openDesk(): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-cli-'))
  let written = { out: '', err: '' }
  return {
    folder,
    run: (commandLine, options = {}) => {
      written = { out: '', err: '' }
      return run(folder, split(commandLine), options, written)
    },
    heard: () => written.err,
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Words of a command line; single quotes hold a word together. */
function split(commandLine: string): string[] {
  return [...commandLine.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '')
}

async function run(
  folder: string,
  args: readonly string[],
  options: RunOptions,
  written: { out: string; err: string },
): Promise<Ran> {
  const answers = [...(options.answers ?? [])]
  const next = async () => {
    const answer = answers.shift()
    return typeof answer === 'function' ? answer() : answer
  }
  const exitCode = await runCli(args, {
    environment: environmentIn(folder, options.env ?? {}, options.platform),
    fetch,
    terminal: {
      out: (text) => {
        written.out += text
      },
      err: (text) => {
        written.err += text
      },
      isOneLog: options.isOneLog ?? false,
      isInteractive: options.answers !== undefined,
      readStdin: async () => options.stdin ?? '',
      askText: async () => String(await next()),
      askSecret: async (question, refuse) => {
        for (;;) {
          const answer = await next()
          const reason = refuse?.(String(answer))
          if (reason === undefined) return String(answer)
          written.err += `${question}: ${reason}\n`
          if (answer === undefined) throw new Error('nobody answers any more')
        }
      },
      confirm: async () => Boolean(await next()),
      canAskCode: options.answers !== undefined,
      askCode: async (question) => {
        written.err += `${question()}\n`
        const answer = await next()
        if (answer === undefined) throw new Error('nobody answers any more')
        return String(answer)
      },
    },
  })
  return { exitCode, stdout: written.out, stderr: written.err, json: <T>() => JSON.parse(written.out) as T }
}

function environmentIn(
  folder: string,
  variables: Readonly<Record<string, string>>,
  platform: NodeJS.Platform = 'linux',
): Environment {
  return {
    variables: { PATH: process.env.PATH, ...variables },
    workingFolder: folder,
    homeFolder: folder,
    configFolder: join(folder, 'config'),
    platform,
  }
}
