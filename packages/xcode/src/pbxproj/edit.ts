import { xcodeErrors } from '../errors.ts'
import { endOf, entriesOf, kindOf, type PbxDocument, type PbxEntry, type PbxNode, startOf, textOf } from './document.ts'
import { type PbxInput, writeValue } from './write.ts'

/** Replaces the bytes from `start` to `end` (exclusive) by `text`; every other byte stays. */
export interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The bytes of a document after some splices, which must not overlap. Splices at one place keep their order. */
export function applySplices(document: PbxDocument, splices: readonly Splice[]): Buffer {
  if (!document.isEditable) throw xcodeErrors.project_not_editable({ path: document.path })
  const ordered = splices.map((splice, index) => ({ splice, index }))
  ordered.sort((a, b) => a.splice.start - b.splice.start || a.index - b.index)
  const parts: Buffer[] = []
  let pos = 0
  for (const { splice } of ordered) {
    if (splice.start < pos) throw new RangeError(`splices overlap at ${splice.start}`)
    parts.push(document.bytes.subarray(pos, splice.start), Buffer.from(splice.text))
    pos = splice.end
  }
  return Buffer.concat([...parts, document.bytes.subarray(pos)])
}

/** Replaces a value where it stands; a comment behind it stays. */
export function replaceValue(document: PbxDocument, node: PbxNode, value: PbxInput): Splice {
  const { indentation, lineEnding } = lead(document, startOf(document, node))
  return {
    start: startOf(document, node),
    end: endOf(document, node),
    text: writeValue(value, indentation, lineEnding),
  }
}

/** Sets one entry of a dictionary; undefined when the text is already there. */
export function setText(document: PbxDocument, dictionary: PbxNode, key: string, value: string): Splice | undefined {
  const entry = entriesOf(document, dictionary).get(key)
  if (entry === undefined) return insertEntry(document, dictionary, key, value)
  return textOf(document, entry.value) === value ? undefined : replaceValue(document, entry.value, value)
}

/**
 * Adds an entry where Xcode would: `isa` first, then in ASCII order, with the indentation and line ending of its
 * neighbour. Several insertions into one dictionary must be made in the order of their keys.
 */
export function insertEntry(document: PbxDocument, dictionary: PbxNode, key: string, value: PbxInput): Splice {
  const entries = [...entriesOf(document, dictionary)].sort(([, a], [, b]) => a.key - b.key)
  const following = entries.find(([other]) => other !== 'isa' && other > key)
  if (following !== undefined) return insertBefore(document, following[1], key, value)
  const previous = entries.at(-1)
  return previous === undefined
    ? insertFirst(document, dictionary, key, value)
    : insertAfter(document, previous[1], key, value)
}

function insertBefore(document: PbxDocument, neighbour: PbxEntry, key: string, value: PbxInput): Splice {
  const start = startOf(document, neighbour.key)
  const { text, indentation, lineEnding } = lead(document, start)
  return { start, end: start, text: `${writeEntry(key, value, indentation, lineEnding)}${text}` }
}

function insertAfter(document: PbxDocument, neighbour: PbxEntry, key: string, value: PbxInput): Splice {
  const start = afterSemicolon(document, endOf(document, neighbour.value))
  const { text, indentation, lineEnding } = lead(document, startOf(document, neighbour.key))
  return { start, end: start, text: `${text}${writeEntry(key, value, indentation, lineEnding)}` }
}

function insertFirst(document: PbxDocument, dictionary: PbxNode, key: string, value: PbxInput): Splice {
  const start = startOf(document, dictionary) + 1
  const outer = lead(document, endOf(document, dictionary) - 1)
  if (!outer.isOwnLine)
    return { start, end: start, text: `${writeEntry(key, value, outer.indentation, outer.lineEnding)} ` }
  const indentation = `${outer.indentation}\t`
  const entry = writeEntry(key, value, indentation, outer.lineEnding)
  return { start, end: start, text: `${outer.lineEnding}${indentation}${entry}` }
}

function writeEntry(key: string, value: PbxInput, indentation: string, lineEnding: string): string {
  return `${writeValue(key, '', '')} = ${writeValue(value, indentation, lineEnding)};`
}

interface Lead {
  /** What separates an entry from the one before: line ending and indentation, or one blank on a shared line. */
  readonly text: string
  readonly indentation: string
  readonly lineEnding: string
  readonly isOwnLine: boolean
}

function lead(document: PbxDocument, offset: number): Lead {
  const { bytes } = document
  let lineStart = offset
  while (lineStart > 0 && bytes[lineStart - 1] !== 0x0a && bytes[lineStart - 1] !== 0x0d) lineStart--
  let textStart = lineStart
  while (bytes[textStart] === 0x20 || bytes[textStart] === 0x09) textStart++
  const lineEnding = lineEndingBefore(bytes, lineStart)
  const indentation = bytes.toString('latin1', lineStart, Math.min(textStart, offset))
  const isOwnLine = textStart >= offset
  return { text: isOwnLine ? `${lineEnding}${indentation}` : ' ', indentation, lineEnding, isOwnLine }
}

function lineEndingBefore(bytes: Buffer, lineStart: number): string {
  if (bytes[lineStart - 1] === 0x0d) return '\r'
  return bytes[lineStart - 2] === 0x0d ? '\r\n' : '\n'
}

function afterSemicolon(document: PbxDocument, from: number): number {
  const { bytes } = document
  let pos = from
  // The scanner has seen that only blanks and comments stand between a value and its semicolon.
  while (bytes[pos] !== 0x3b) pos = bytes[pos] === 0x2f ? commentEnd(bytes, pos) : pos + 1
  return pos + 1
}

function commentEnd(bytes: Buffer, start: number): number {
  if (bytes[start + 1] === 0x2a) return bytes.indexOf('*/', start + 2) + 2
  let pos = start
  while (pos < bytes.length && bytes[pos] !== 0x0a && bytes[pos] !== 0x0d) pos++
  return pos
}

/** Says whether a node is a dictionary that entries can be added to. */
export function isDictionary(document: PbxDocument, node: PbxNode | undefined): node is PbxNode {
  return node !== undefined && kindOf(document, node) === 'dictionary'
}
