import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml'
import { type Enclosure, readRegular } from '../files/regular-file.ts'
import type { ShowPath } from '../screenshots/media-folder.ts'
import { noLocale } from '../screenshots/media-folder.ts'
import { FIELDS, type FieldSpec } from './fields.ts'
import type { Entry, EntryReading } from './folder.ts'
import { localeNamed } from './locales.ts'
import type { Value } from './model.ts'
import type { Problem } from './problems.ts'

/** What `metadata.yml` says besides fields. */
export interface YamlReading extends EntryReading {
  /** Version of the app that the page belongs to. */
  readonly appVersion: string | undefined
}

/** The parts of the file, and the fields in each. */
const PARTS: Readonly<Record<string, readonly FieldSpec['section'][]>> = {
  release: ['version', 'phasedRelease'],
  categories: ['categories'],
  age_rating: ['ageRating'],
  review: ['review'],
}
const LOCALES = 'locales'
const TEXTS: readonly FieldSpec['section'][] = ['versionTexts', 'infoTexts']
/** Most bytes of the file. */
const MAX_BYTES = 4 * 1024 * 1024

/** Reads `metadata.yml`; a missing file says nothing. Every mistake in its shape is told with its line. */
export async function readYamlFile(
  path: string,
  show: ShowPath,
  enclosure: Enclosure,
): Promise<YamlReading | undefined> {
  const read = await readRegular(path, enclosure, MAX_BYTES)
  if (read === undefined) return undefined
  if (!('flaw' in read)) return parseYamlFile(read.bytes.toString('utf8'), show(path))
  const { problems, finish } = createWalk(show(path), new LineCounter())
  problems.push({ file: show(path), message: read.flaw })
  return finish()
}

/** Reads the text of a `metadata.yml`. `file` is its name for messages. */
export function parseYamlFile(text: string, file: string): YamlReading {
  const lines = new LineCounter()
  const walk = createWalk(file, lines)
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, logLevel: 'silent' })
  for (const error of [...document.errors, ...document.warnings])
    walk.problems.push({ file, line: lines.linePos(error.pos[0]).line, message: firstLine(error.message) })
  if (document.errors.length > 0 || document.contents === null) return walk.finish()
  if (!isMap(document.contents)) walk.refuse(document.contents, 'must be a table with the parts of the store page')
  else for (const pair of document.contents.items) walk.part(pair)
  return walk.finish()
}

function createWalk(file: string, lines: LineCounter) {
  const entries: Entry[] = []
  const locales: string[] = []
  const problems: Problem[] = []
  let appVersion: string | undefined

  const lineOf = (node: unknown): number => {
    const start = (node as Node | null)?.range?.[0]
    return start === undefined ? 1 : lines.linePos(start).line
  }
  const refuse = (node: unknown, message: string): undefined => {
    problems.push({ file, line: lineOf(node), message })
  }

  const field = (pair: Pair, sections: readonly FieldSpec['section'][], locale: string | undefined): undefined => {
    const key = keyOf(pair)
    const specs = FIELDS.filter(({ section }) => sections.includes(section))
    const spec = specs.find((one) => one.file === key)
    if (spec === undefined)
      return refuse(pair.key, `"${key}" is not known; known are ${specs.map((one) => one.file).join(', ')}`)
    const value = fieldValue(pair.value, spec)
    if (value === undefined)
      return refuse(pair.value ?? pair.key, `"${key}" must be ${spec.kind === 'flag' ? 'true or false' : 'a text'}`)
    const line = lineOf(pair.value ?? pair.key)
    // A block begins on the line after its mark.
    const isBlock = isScalar(pair.value) && (pair.value.type === 'BLOCK_LITERAL' || pair.value.type === 'BLOCK_FOLDED')
    const lineAt = (at: number) => (isBlock ? line + 1 + (String(value).slice(0, at).split('\n').length - 1) : line)
    entries.push({ spec, locale, value, origin: { file, line }, lineAt })
  }

  const table = (pair: Pair, each: (pair: Pair) => void): undefined => {
    if (isMap(pair.value)) for (const one of (pair.value as YAMLMap).items) each(one as Pair)
    else refuse(pair.value ?? pair.key, `"${keyOf(pair)}" must be a table`)
  }

  const language = (pair: Pair): undefined => {
    const locale = localeNamed(keyOf(pair))
    if (locale === undefined) return refuse(pair.key, `"${keyOf(pair)}" ${noLocale(keyOf(pair))}`)
    locales.push(locale)
    table(pair, (one) => field(one, TEXTS, locale))
  }

  const part = (pair: Pair): undefined => {
    const key = keyOf(pair)
    if (key === LOCALES) return table(pair, language)
    const sections = PARTS[key]
    if (sections === undefined)
      return refuse(pair.key, `"${key}" is not known; known are ${[...Object.keys(PARTS), LOCALES].join(', ')}`)
    table(pair, (one) => {
      if (key !== 'release' || keyOf(one) !== 'version') return field(one, sections, undefined)
      const version = isScalar(one.value) ? String(one.value.source ?? one.value.value) : ''
      if (/^\d+(\.\d+){0,2}$/.test(version)) appVersion = version
      else refuse(one.value ?? one.key, '"version" must be one to three numbers with dots between them')
    })
  }

  const finish = (): YamlReading => ({ entries, locales, problems, notes: [], warnings: [], appVersion })
  return { problems, refuse, part, finish }
}

function keyOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : ''
}

/** Null and an empty text both empty a field. Keywords may be a list. */
function fieldValue(node: unknown, spec: FieldSpec): Value | undefined {
  if (node === null || node === undefined) return null
  if (isSeq(node) && spec.file === 'keywords') {
    const words = node.items.map((item) => (isScalar(item) ? String(item.value) : undefined))
    return words.every((word) => word !== undefined) ? words.join(',') : undefined
  }
  if (!isScalar(node)) return undefined
  const { value } = node
  if (value === null) return null
  if (spec.kind === 'flag') return typeof value === 'boolean' ? value : undefined
  if (typeof value === 'string') return value
  return typeof value === 'number' ? String(node.source ?? value) : undefined
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').replace(/:?\s*$/, '').replace(/ at line \d+, column \d+/, '')
}
