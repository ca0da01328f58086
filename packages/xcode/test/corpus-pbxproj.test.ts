import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { parseOpenStep } from 'plist'
import { describe, expect, it } from 'vitest'
import {
  endOf,
  entriesOf,
  find,
  kindOf,
  type PbxDocument,
  type PbxPlain,
  plainOf,
  ROOT,
  startOf,
} from '../src/pbxproj/document.ts'
import { applySplices } from '../src/pbxproj/edit.ts'
import { parsePbxproj } from '../src/pbxproj/parse.ts'
import { quote } from '../src/pbxproj/text.ts'
import { announceAbsence, CORPUS, corpusFiles, hasProgram } from './corpus.ts'

const files = corpusFiles('project.pbxproj').map((path) => ({ path, name: relative(CORPUS, path) }))
const hasPldes = hasProgram('pldes')

function rewritten(document: PbxDocument): Buffer {
  const nodes = Array.from({ length: document.tape.count }, (_, node) => node)
  const scalars = nodes.filter((node) => kindOf(document, node) === 'string')
  const splices = scalars.map((node) => ({
    start: startOf(document, node),
    end: endOf(document, node),
    text: document.bytes.toString('utf8', startOf(document, node), endOf(document, node)),
  }))
  return applySplices(document, splices)
}

function asJson(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, asJson(item)]))
  return Array.isArray(value) ? value.map(asJson) : value
}

describe.each(files)('$name', ({ path }) => {
  const bytes = readFileSync(path)
  const document = parsePbxproj(bytes, path)

  it('is written back byte for byte, each key and value from its own span', () => {
    expect(rewritten(document).equals(bytes)).toBe(true)
  })

  it('has the values that another reader finds', () => {
    expect(asJson(plainOf(document, ROOT))).toEqual(parseOpenStep(bytes.toString('utf8')))
  })

  it("has the values that GNUstep's pldes finds", () => {
    if (!hasPldes) return announceAbsence('pldes (Debian package gnustep-base-runtime)')
    const { stdout } = spawnSync('pldes', [path], { maxBuffer: 1 << 28 })
    expect(asJson(plainOf(parsePbxproj(stdout, 'pldes'), ROOT))).toEqual(asJson(plainOf(document, ROOT)))
  })

  it('quotes strings as Xcode does', () => {
    const nodes = Array.from({ length: document.tape.count }, (_, node) => node)
    const strings = nodes.filter((node) => kindOf(document, node) === 'string')
    const different = strings.filter((node) => {
      const text = plainOf(document, node) as PbxPlain & string
      return quote(text) !== bytes.toString('utf8', startOf(document, node), endOf(document, node))
    })
    expect(different.length / strings.length).toBeLessThan(0.001)
  })

  it('keeps its keys in the order that new ones are inserted by', () => {
    const nodes = Array.from({ length: document.tape.count }, (_, node) => node)
    const pairs = nodes.flatMap((node) => {
      const keys = [...entriesOf(document, node).keys()].filter((key) => key !== 'isa')
      return keys.slice(1).map((key, index) => (keys[index] ?? '') < key)
    })
    // The objects stand in sections, so only the order inside the others counts.
    const objects = entriesOf(document, find(document, ROOT, 'objects')).size
    expect(pairs.filter((isSorted) => !isSorted).length).toBeLessThan(objects / 4)
  })
})
