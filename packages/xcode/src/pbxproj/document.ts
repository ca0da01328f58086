import { NODE, STRIDE, type Tape } from './scan.ts'
import { unescapeText } from './text.ts'

/** A node of a project file: its place on the tape. Only meaningful together with its document. */
export type PbxNode = number

/** One `key = value;` of a dictionary. */
export interface PbxEntry {
  readonly key: PbxNode
  readonly value: PbxNode
}

/** A project file as it stands on disk, with the span of every key and value. Nothing in it is ever changed. */
export interface PbxDocument {
  /** As the caller named it; used in errors. */
  readonly path: string
  readonly bytes: Buffer
  readonly tape: Tape
  /** False for projects written as XML: what is here is a translation. */
  readonly isEditable: boolean
}

export type PbxKind = 'string' | 'data' | 'array' | 'dictionary'

/** A value without spans; dictionaries are maps, so that no key is special. */
export type PbxPlain = string | Uint8Array | readonly PbxPlain[] | ReadonlyMap<string, PbxPlain>

/** The dictionary that is the file. */
export const ROOT: PbxNode = 0

const KINDS: readonly PbxKind[] = ['string', 'string', 'string', 'data', 'array', 'dictionary']

function word(document: PbxDocument, node: PbxNode, offset: number): number {
  return document.tape.words[node * STRIDE + offset] as number
}

/** What a node is. */
export function kindOf(document: PbxDocument, node: PbxNode): PbxKind {
  return KINDS[word(document, node, 0)] as PbxKind
}

/** Offset of a node's first byte. */
export function startOf(document: PbxDocument, node: PbxNode): number {
  return word(document, node, 1)
}

/** Offset after a node's last byte. */
export function endOf(document: PbxDocument, node: PbxNode): number {
  return word(document, node, 2)
}

/** The text of a string, without quotes and escapes; undefined for other kinds. Numbers stay strings (`0730`). */
export function textOf(document: PbxDocument, node: PbxNode | undefined): string | undefined {
  if (node === undefined) return undefined
  const kind = word(document, node, 0)
  const start = startOf(document, node)
  const end = endOf(document, node)
  if (kind === NODE.BARE) return document.bytes.toString('latin1', start, end)
  if (kind === NODE.QUOTED) return document.bytes.toString('utf8', start + 1, end - 1)
  return kind === NODE.ESCAPED ? unescapeText(document.bytes.toString('utf8', start + 1, end - 1)) : undefined
}

/** The entries of a dictionary by key, in the order of the text; of a key that is there twice, the last counts. */
export function entriesOf(document: PbxDocument, node: PbxNode | undefined): Map<string, PbxEntry> {
  const entries = new Map<string, PbxEntry>()
  if (node === undefined || kindOf(document, node) !== 'dictionary') return entries
  const stop = word(document, node, 3)
  for (let key = node + 1; key < stop; ) {
    const value = word(document, key, 3)
    entries.set(textOf(document, key) ?? '', { key, value })
    key = word(document, value, 3)
  }
  return entries
}

/** The items of an array; none for other kinds. */
export function itemsOf(document: PbxDocument, node: PbxNode | undefined): PbxNode[] {
  const items: PbxNode[] = []
  if (node === undefined || kindOf(document, node) !== 'array') return items
  const stop = word(document, node, 3)
  for (let item = node + 1; item < stop; item = word(document, item, 3)) items.push(item)
  return items
}

/** Follows keys down from a dictionary; undefined where one is missing. */
export function find(
  document: PbxDocument,
  node: PbxNode | undefined,
  ...keys: readonly string[]
): PbxNode | undefined {
  let found = node
  for (const key of keys) found = entriesOf(document, found).get(key)?.value
  return found
}

/** A node and all below it as plain values. */
export function plainOf(document: PbxDocument, node: PbxNode): PbxPlain {
  switch (kindOf(document, node)) {
    case 'string':
      return textOf(document, node) ?? ''
    case 'data':
      return dataOf(document, node)
    case 'array':
      return itemsOf(document, node).map((item) => plainOf(document, item))
    case 'dictionary':
      return new Map([...entriesOf(document, node)].map(([key, entry]) => [key, plainOf(document, entry.value)]))
  }
}

function dataOf(document: PbxDocument, node: PbxNode): Uint8Array {
  const digits = document.bytes.toString('latin1', startOf(document, node) + 1, endOf(document, node) - 1)
  return Buffer.from(digits.replace(/\s+/g, ''), 'hex')
}
