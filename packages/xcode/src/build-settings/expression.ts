/** A piece of a setting's text. */
export type Part = { readonly kind: 'text'; readonly text: string } | Reference

/** `$(NAME:operator:operator=operand)`; the name and the operands may hold references themselves. */
export interface Reference {
  readonly kind: 'reference'
  readonly name: readonly Part[]
  readonly operators: readonly Operator[]
  /** As written, for messages. */
  readonly source: string
  /** `$X`, which stays as written when nothing defines it. */
  readonly isBare: boolean
}

export interface Operator {
  readonly name: string
  readonly operand: readonly Part[] | undefined
}

const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['{', '}'],
  ['[', ']'],
])
const MAX_NESTING = 32
const IDENTIFIER = /[A-Za-z_][A-Za-z0-9_]*/y

interface Reader {
  readonly text: string
  pos: number
}

/**
 * Takes a setting's text apart: `$(X)`, `${X}`, `$[X]`, `$X`, and `$$` for a dollar.
 * Returns undefined when a bracket is not closed or references nest too deeply.
 */
export function parseExpression(text: string): readonly Part[] | undefined {
  if (!text.includes('$')) return [{ kind: 'text', text }]
  return readParts({ text, pos: 0 }, '', 0)
}

/** Reads up to one of the characters in `stops`, or to the end when there are none. */
function readParts(reader: Reader, stops: string, depth: number): readonly Part[] | undefined {
  const parts: Part[] = []
  let literal = ''
  while (reader.pos < reader.text.length) {
    const character = reader.text.charAt(reader.pos)
    if (stops.includes(character)) return withLiteral(parts, literal)
    if (character !== '$') {
      literal += character
      reader.pos++
      continue
    }
    const found = readDollar(reader, depth)
    if (found === undefined) return undefined
    if (typeof found === 'string') literal += found
    else {
      parts.push(...withLiteral([], literal), found)
      literal = ''
    }
  }
  return stops === '' ? withLiteral(parts, literal) : undefined
}

function withLiteral(parts: readonly Part[], text: string): readonly Part[] {
  return text === '' ? parts : [...parts, { kind: 'text', text }]
}

function readDollar(reader: Reader, depth: number): Reference | string | undefined {
  const start = reader.pos
  const follower = reader.text.charAt(start + 1)
  const closer = CLOSERS.get(follower)
  if (closer !== undefined) return depth < MAX_NESTING ? readBracketed(reader, start, closer, depth) : undefined
  if (follower === '$') {
    reader.pos += 2
    return '$'
  }
  IDENTIFIER.lastIndex = start + 1
  const text = IDENTIFIER.exec(reader.text)?.[0]
  reader.pos += 1 + (text?.length ?? 0)
  return text === undefined
    ? '$'
    : { kind: 'reference', name: [{ kind: 'text', text }], operators: [], source: `$${text}`, isBare: true }
}

function readBracketed(reader: Reader, start: number, closer: string, depth: number): Reference | undefined {
  reader.pos = start + 2
  const name = readParts(reader, `:${closer}`, depth + 1)
  const operators: Operator[] = []
  while (name !== undefined && reader.text.charAt(reader.pos) === ':') {
    const operator = readOperator(reader, closer, depth)
    if (operator === undefined) return undefined
    operators.push(operator)
  }
  if (name === undefined) return undefined
  reader.pos++
  return { kind: 'reference', name, operators, source: reader.text.slice(start, reader.pos), isBare: false }
}

function readOperator(reader: Reader, closer: string, depth: number): Operator | undefined {
  const start = reader.pos + 1
  let end = start
  while (end < reader.text.length && !`=:${closer}`.includes(reader.text.charAt(end))) end++
  const name = reader.text.slice(start, end)
  reader.pos = end
  if (reader.text.charAt(end) !== '=') return { name, operand: undefined }
  reader.pos++
  const operand = readParts(reader, `:${closer}`, depth + 1)
  return operand && { name, operand }
}
