import { printableLine } from './printable.ts'

/** Where a command writes, and what it may ask. Injected, so that tests see every byte. */
export interface Terminal {
  /** Data: what the command was asked for. */
  readonly out: (text: string) => void
  /** Notes, progress and errors. */
  readonly err: (text: string) => void
  /** Both are read in one place, such as a terminal: what was told as progress stands there, and the result need not tell it again. */
  readonly isOneLog: boolean
  readonly isInteractive: boolean
  readonly readStdin: () => Promise<string>
  readonly askText: (question: string) => Promise<string>
  /** Asks again, with the reason, for as long as `refuse` gives one. */
  readonly askSecret: (question: string, refuse?: (typed: string) => string | undefined) => Promise<string>
  readonly confirm: (question: string) => Promise<boolean>
  /** Somebody can answer `askCode`: also when standard input is a pipe and the terminal is still there. */
  readonly canAskCode: boolean
  /** Asks for one line. The question is written anew each second, and digits are shown as dots. */
  readonly askCode: (question: () => string) => Promise<string>
}

/** Prints rows as aligned columns under a heading; an empty list prints one line that says so. */
export function table(columns: readonly string[], rows: ReadonlyArray<readonly string[]>, whenEmpty: string): string {
  if (rows.length === 0) return `${whenEmpty}\n`
  const all = [columns, ...rows.map((row) => row.map(printableLine))]
  const widths = columns.map((_, index) => Math.max(...all.map((row) => width(row[index] ?? ''))))
  return all
    .map(
      (row) =>
        `${row
          .map((cell, index) => pad(cell, widths[index] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

function width(text: string): number {
  return [...text].length
}

function pad(text: string, size: number): string {
  return text + ' '.repeat(Math.max(0, size - width(text)))
}
