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
  /** Answers for a person at a terminal; without them nobody is there. */
  readonly answers?: readonly (string | boolean)[]
}

/** Somebody's machine: a folder of its own for files and sign-ins. */
export interface Desk {
  readonly folder: string
  run(commandLine: string, options?: RunOptions): Promise<Ran>
  close(): void
}

export function openDesk(): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-cli-'))
  return {
    folder,
    run: (commandLine, options = {}) => run(folder, split(commandLine), options),
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Words of a command line; single quotes hold a word together. */
function split(commandLine: string): string[] {
  return [...commandLine.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '')
}

async function run(folder: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const written = { out: '', err: '' }
  const answers = [...(options.answers ?? [])]
  const next = async () => answers.shift()
  const exitCode = await runCli(args, {
    environment: environmentIn(folder, options.env ?? {}),
    fetch,
    terminal: {
      out: (text) => {
        written.out += text
      },
      err: (text) => {
        written.err += text
      },
      isInteractive: options.answers !== undefined,
      readStdin: async () => options.stdin ?? '',
      askText: async () => String(await next()),
      askSecret: async () => String(await next()),
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

function environmentIn(folder: string, variables: Readonly<Record<string, string>>): Environment {
  return {
    variables: { PATH: process.env.PATH, ...variables },
    workingFolder: folder,
    homeFolder: folder,
    configFolder: join(folder, 'config'),
    platform: 'linux',
  }
}
