import { type PbxDocument, type PbxNode, startOf } from './document.ts'

const lineStarts = new WeakMap<PbxDocument, Int32Array>()

/** The line a node begins on, counted from 1. The lines of a document are found once, at the first question. */
export function lineOf(document: PbxDocument, node: PbxNode): number {
  const starts = startsOf(document)
  const offset = startOf(document, node)
  let low = 0
  let high = starts.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle
  }
  return low + 1
}

function startsOf(document: PbxDocument): Int32Array {
  const known = lineStarts.get(document)
  if (known !== undefined) return known
  const found = findLineStarts(document.bytes)
  lineStarts.set(document, found)
  return found
}

function findLineStarts(bytes: Buffer): Int32Array {
  const starts = [0]
  for (let pos = 0; pos < bytes.length; pos++) {
    const byte = bytes[pos]
    if (byte === 0x0a || (byte === 0x0d && bytes[pos + 1] !== 0x0a)) starts.push(pos + 1)
  }
  return Int32Array.from(starts)
}
