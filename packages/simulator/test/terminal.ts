import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'

/** Part of util-linux, which gives a program a terminal without an addon for Node. */
const SCRIPT = '/usr/bin/script'

const PATIENCE_MS = 60_000

/** Whether programs can be run in a terminal here. */
export const hasTerminal = existsSync(SCRIPT)
if (!hasTerminal)
  process.stdout.write(`skipped: no ${SCRIPT}, so no program was run in a real terminal (Debian: bsdutils)\n`)

/** What is typed when a text appears. The text is looked for in what came after the last key. */
export interface Reaction {
  readonly on: string
  readonly type: string | (() => string)
}

/** How long a program may take, and who else looks at the screen. */
export interface TerminalOptions {
  readonly patienceMs?: number
  /** Hears all that is on the screen so far, whenever there is more. */
  readonly heard?: (screen: string) => void
}

function quoted(part: string): string {
  return `'${part.replaceAll("'", `'\\''`)}'`
}

/**
 * Runs a program in a terminal and types as told, one reaction after the other. Gives what was on the screen once the program
 * has ended; rejects when it ends with an error.
 */
export function runInTerminal(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  reactions: readonly Reaction[] = [],
  { patienceMs = PATIENCE_MS, heard }: TerminalOptions = {},
): Promise<string> {
  const child = spawn(
    SCRIPT,
    ['--quiet', '--flush', '--return', '--command', command.map(quoted).join(' '), '/dev/null'],
    {
      env: { PATH: process.env.PATH ?? '', TERM: 'xterm', SHELL: '/bin/sh', ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  )
  const waiting = [...reactions]
  let [screen, seenUpTo] = ['', 0]
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text
    heard?.(stripVTControlCharacters(screen))
    const [next] = waiting
    if (next === undefined || !stripVTControlCharacters(screen.slice(seenUpTo)).includes(next.on)) return
    seenUpTo = screen.length
    waiting.shift()
    child.stdin.write(typeof next.type === 'string' ? next.type : next.type())
  })
  child.stderr.resume()
  // A program that waits for a key nobody types would outlive the test.
  let isLate = false
  const end = setTimeout(() => {
    isLate = true
    child.kill()
  }, patienceMs)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      clearTimeout(end)
      const text = stripVTControlCharacters(screen)
      if (code === 0 && !isLate && waiting.length === 0) resolve(text)
      else
        reject(
          new Error(
            `${isLate ? 'still waited' : `ended with ${code}`}, ${waiting.length} reactions left: ${text.slice(-3_000)}`,
          ),
        )
    })
  })
}
