import { failAt, type ScanProblem } from './problem.ts'

/**
 * The kinds of nodes. A key of a dictionary is a node too, so that it has an offset.
 * `ESCAPED` is a quoted string that holds a backslash; the others can be shown as they stand.
 */
export const NODE = { BARE: 0, QUOTED: 1, ESCAPED: 2, DATA: 3, ARRAY: 4, DICTIONARY: 5 } as const

/** Words a node takes on the tape: kind, start offset, end offset (exclusive), index of the node that follows its subtree. */
export const STRIDE = 4

/** Real projects have one node for every 22 to 29 bytes; denser ones make the tape grow. */
const BYTES_PER_NODE = 20

/** A project written by Xcode nests six levels. */
export const MAX_DEPTH = 64

/** A property list in the OpenStep form as a flat list of spans, in the order of the text. */
export interface Tape {
  readonly words: Int32Array
  readonly count: number
}

interface Scanner {
  readonly bytes: Uint8Array
  readonly end: number
  pos: number
  words: Int32Array
  count: number
}

const BARE = 1
const SPACE = 2
/** What a byte can be outside quotes, after NextStep's reader: letters, digits and `_ $ / : . -` make bare strings. */
const CLASS = Uint8Array.from({ length: 256 }, (_, byte) => classOf(byte))

function classOf(byte: number): number {
  if (/[A-Za-z0-9_$/:.-]/.test(String.fromCharCode(byte))) return BARE
  return (byte >= 9 && byte <= 13) || byte === 32 ? SPACE : 0
}

const QUOTE = 0x22
const APOSTROPHE = 0x27
const OPEN_PAREN = 0x28
const CLOSE_PAREN = 0x29
const STAR = 0x2a
const COMMA = 0x2c
const SLASH = 0x2f
const SEMICOLON = 0x3b
const LESS = 0x3c
const EQUALS = 0x3d
const GREATER = 0x3e
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const NEWLINE = 0x0a
const RETURN = 0x0d

/**
 * Reads the whole text once and notes where everything stands; values are decoded only when asked for.
 * Throws a `ScanProblem` for what is not one complete dictionary with nothing but comments around it.
 */
export function scan(bytes: Uint8Array): Tape {
  const capacity = STRIDE * (64 + Math.ceil(bytes.length / BYTES_PER_NODE))
  const scanner: Scanner = { bytes, end: bytes.length, pos: skipBom(bytes), words: new Int32Array(capacity), count: 0 }
  if (next(scanner) !== OPEN_BRACE) throw failAt(scanner, scanner.pos, 'it does not begin with "{"')
  scanDictionary(scanner, 0)
  if (next(scanner) !== -1) throw failAt(scanner, scanner.pos, 'there is text after the closing brace')
  return { words: scanner.words, count: scanner.count }
}

function skipBom(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
}

/** Skips blanks and comments; returns the byte that comes next, or -1 at the end. */
function next(scanner: Scanner): number {
  const { bytes, end } = scanner
  let pos = scanner.pos
  while (pos < end) {
    const byte = bytes[pos] as number
    if (CLASS[byte] === SPACE) pos++
    else if (byte === SLASH) {
      const after = skipComment(scanner, pos)
      if (after === pos) break
      pos = after
    } else break
  }
  scanner.pos = pos
  return pos < end ? (bytes[pos] as number) : -1
}

function skipComment(scanner: Scanner, start: number): number {
  const second = scanner.bytes[start + 1]
  if (second === STAR) return skipBlockComment(scanner, start)
  return second === SLASH ? skipLineComment(scanner, start) : start
}

function skipBlockComment(scanner: Scanner, start: number): number {
  const { bytes, end } = scanner
  for (let pos = start + 3; pos < end; pos++) {
    if (bytes[pos] === SLASH && bytes[pos - 1] === STAR) return pos + 1
  }
  throw failAt(scanner, start, 'a comment is not closed', true)
}

function skipLineComment(scanner: Scanner, start: number): number {
  const { bytes, end } = scanner
  let pos = start + 2
  while (pos < end && bytes[pos] !== NEWLINE && bytes[pos] !== RETURN) pos++
  return pos
}

function push(scanner: Scanner, kind: number, start: number, end: number): number {
  const node = scanner.count
  const at = node * STRIDE
  if (at + STRIDE > scanner.words.length) grow(scanner)
  const { words } = scanner
  words[at] = kind
  words[at + 1] = start
  words[at + 2] = end
  words[at + 3] = node + 1
  scanner.count = node + 1
  return node
}

function grow(scanner: Scanner): void {
  const larger = new Int32Array(scanner.words.length * 2)
  larger.set(scanner.words)
  scanner.words = larger
}

function close(scanner: Scanner, node: number): void {
  const at = node * STRIDE
  scanner.words[at + 2] = scanner.pos
  scanner.words[at + 3] = scanner.count
}

function scanDictionary(scanner: Scanner, depth: number): void {
  const node = open(scanner, NODE.DICTIONARY, depth)
  let byte = next(scanner)
  while (byte !== CLOSE_BRACE) {
    scanString(scanner, byte, 'a key')
    expect(scanner, next(scanner), EQUALS, '"=" after the key')
    scanValue(scanner, next(scanner), depth + 1)
    expect(scanner, next(scanner), SEMICOLON, '";" after the value')
    byte = next(scanner)
  }
  scanner.pos++
  close(scanner, node)
}

function scanArray(scanner: Scanner, depth: number): void {
  const node = open(scanner, NODE.ARRAY, depth)
  let byte = next(scanner)
  while (byte !== CLOSE_PAREN) {
    scanValue(scanner, byte, depth + 1)
    byte = next(scanner)
    if (byte === CLOSE_PAREN) break
    expect(scanner, byte, COMMA, '"," or ")" after the item')
    byte = next(scanner)
  }
  scanner.pos++
  close(scanner, node)
}

function open(scanner: Scanner, kind: number, depth: number): number {
  if (depth >= MAX_DEPTH) throw failAt(scanner, scanner.pos, 'too deep')
  const node = push(scanner, kind, scanner.pos, scanner.pos)
  scanner.pos++
  return node
}

function expect(scanner: Scanner, byte: number, wanted: number, name: string): void {
  if (byte !== wanted) throw missing(scanner, byte, name)
  scanner.pos++
}

function missing(scanner: Scanner, byte: number, name: string): ScanProblem {
  return failAt(scanner, scanner.pos, `expected ${name}`, byte === -1)
}

function scanValue(scanner: Scanner, byte: number, depth: number): void {
  if (byte === OPEN_BRACE) scanDictionary(scanner, depth)
  else if (byte === OPEN_PAREN) scanArray(scanner, depth)
  else if (byte === LESS) scanData(scanner)
  else scanString(scanner, byte, 'a value')
}

function scanString(scanner: Scanner, byte: number, name: string): void {
  if (byte === QUOTE || byte === APOSTROPHE) scanQuoted(scanner, byte)
  else if (byte >= 0 && CLASS[byte] === BARE) scanBare(scanner)
  else throw missing(scanner, byte, name)
}

function scanBare(scanner: Scanner): void {
  const { bytes, end } = scanner
  const start = scanner.pos
  let pos = start + 1
  while (pos < end && CLASS[bytes[pos] as number] === BARE) pos++
  // A slash belongs to the text unless it opens a comment.
  if (bytes[pos] === STAR && bytes[pos - 1] === SLASH && pos - 1 > start) pos--
  push(scanner, NODE.BARE, start, pos)
  scanner.pos = pos
}

function scanQuoted(scanner: Scanner, quote: number): void {
  const { bytes, end } = scanner
  const start = scanner.pos
  let kind: number = NODE.QUOTED
  let pos = start + 1
  while (pos < end) {
    const byte = bytes[pos] as number
    if (byte === quote) {
      push(scanner, kind, start, pos + 1)
      scanner.pos = pos + 1
      return
    }
    if (byte === BACKSLASH) {
      kind = NODE.ESCAPED
      pos++
    }
    pos++
  }
  throw failAt(scanner, start, 'a quoted text is not closed', true)
}

function scanData(scanner: Scanner): void {
  const { bytes, end } = scanner
  const start = scanner.pos
  let pos = start + 1
  while (pos < end && bytes[pos] !== GREATER) {
    if (!isHexOrSpace(bytes[pos] as number))
      throw failAt(scanner, pos, 'expected hexadecimal digits between "<" and ">"')
    pos++
  }
  if (pos >= end) throw failAt(scanner, start, 'binary data is not closed', true)
  push(scanner, NODE.DATA, start, pos + 1)
  scanner.pos = pos + 1
}

function isHexOrSpace(byte: number): boolean {
  const lower = byte | 0x20
  return (byte >= 0x30 && byte <= 0x39) || (lower >= 0x61 && lower <= 0x66) || CLASS[byte] === SPACE
}
