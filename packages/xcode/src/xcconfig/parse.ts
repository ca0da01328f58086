import type { Condition } from '../build-settings/assignment.ts'

/** One meaningful line of an xcconfig file; `line` is counted from 1. */
export type XcconfigLine =
  | {
      readonly kind: 'assignment'
      readonly line: number
      readonly name: string
      readonly conditions: readonly Condition[]
      readonly value: string
    }
  | { readonly kind: 'include'; readonly line: number; readonly path: string; readonly isOptional: boolean }
  | { readonly kind: 'problem'; readonly line: number; readonly reason: string }

const LINE_ENDING = /\r\n|[\n\r\u2028\u2029]/
const DIRECTIVE = /^#\s*(include\??)\s+"([^"]*)"$/
const NAME = /^[A-Za-z_][A-Za-z0-9_]*/
const CONDITION = /^\s*\[([^\]=]+)=([^\]]*)\]/

/** Takes an xcconfig file apart. Lines that are neither assignment nor include are problems, which Xcode reports too. */
export function parseXcconfig(text: string): XcconfigLine[] {
  const rows = text
    .replace(/^\ufeff/, '')
    .split(LINE_ENDING)
    .map(stripComment)
  const lines: XcconfigLine[] = []
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] ?? ''
    const line = index + 1
    if (row === '') continue
    if (row.startsWith('#')) {
      lines.push(parseDirective(row, line))
      continue
    }
    // A backslash at the end joins the next line with one blank between.
    const chunks = [row]
    while (chunks.at(-1)?.endsWith('\\') && index + 1 < rows.length) chunks.push(rows[++index] ?? '')
    lines.push(parseAssignment(chunks, line))
  }
  return lines
}

/** `//` begins a comment anywhere, also inside a URL. */
function stripComment(row: string): string {
  const comment = row.indexOf('//')
  return (comment < 0 ? row : row.slice(0, comment)).trim()
}

function parseDirective(row: string, line: number): XcconfigLine {
  const match = DIRECTIVE.exec(row)
  if (match === null) return { kind: 'problem', line, reason: 'expected #include "file" or #include? "file"' }
  return { kind: 'include', line, path: match[2] ?? '', isOptional: match[1] === 'include?' }
}

function parseAssignment(chunks: readonly string[], line: number): XcconfigLine {
  const text = join(chunks)
  const name = NAME.exec(text)?.[0]
  if (name === undefined) return { kind: 'problem', line, reason: 'expected the name of a setting' }
  let rest = text.slice(name.length)
  const conditions: Condition[] = []
  for (let match = CONDITION.exec(rest); match !== null; match = CONDITION.exec(rest)) {
    conditions.push({ parameter: (match[1] ?? '').trim(), pattern: (match[2] ?? '').trim() })
    rest = rest.slice(match[0].length)
  }
  rest = rest.trimStart()
  if (!rest.startsWith('=')) return { kind: 'problem', line, reason: `expected "=" after "${name}"` }
  return { kind: 'assignment', line, name, conditions, value: rest.slice(1).trim() }
}

function join(chunks: readonly string[]): string {
  return chunks.map(stripContinuation).map(stripSemicolon).filter(Boolean).join(' ')
}

function stripContinuation(chunk: string): string {
  return chunk.endsWith('\\') ? chunk.slice(0, -1).trim() : chunk
}

function stripSemicolon(chunk: string): string {
  return chunk.endsWith(';') ? chunk.slice(0, -1).trim() : chunk
}
