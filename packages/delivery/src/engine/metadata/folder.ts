import { join } from 'node:path'
import { closest, distance } from 'fastest-levenshtein'
import { type Enclosure, LEADS_OUT, listFolder, readRegular } from '../files/regular-file.ts'
import { noLocale, type ShowPath } from '../screenshots/media-folder.ts'
import { FIELDS, type FieldSpec } from './fields.ts'
import { localeNamed } from './locales.ts'
import { TEXT_SECTIONS, type Value } from './model.ts'
import type { Origin, Problem } from './problems.ts'

/** One value as it was read, and where. */
export interface Entry {
  readonly spec: FieldSpec
  /** Language, `default`, or undefined for a field without languages. */
  readonly locale: string | undefined
  readonly value: Value
  readonly origin: Origin
  /** Line of a character of the value, counted from 0. */
  readonly lineAt: (character: number) => number
}

/** What was read, with all that is wrong with its shape. */
export interface EntryReading {
  readonly entries: readonly Entry[]
  /** Languages that have a place of their own. */
  readonly locales: readonly string[]
  readonly problems: readonly Problem[]
  readonly notes: readonly string[]
  /** What is passed over, and was probably meant otherwise. */
  readonly warnings: readonly string[]
}

const REVIEW_FOLDER = 'review_information'
/** Folders of fastlane deliver that speak of other things than the store page of a version. */
const OTHER_FOLDERS: Readonly<Record<string, string>> = {
  trade_representative_contact_information: 'Apple offers no API for it',
  app_clip_review_information: 'it belongs to an App Clip',
  android: '',
}

const TEXT_FILES = FIELDS.filter((spec) => isOneOf(spec.section, TEXT_SECTIONS) && spec.isYamlOnly !== true)
const REVIEW_FILES = FIELDS.filter(({ section }) => section === 'review')
/** Most bytes of a text: far more than the longest text that Apple takes. */
export const MAX_TEXT_BYTES = 64 * 1024
const PLAIN_FILES = FIELDS.filter(
  ({ section, isYamlOnly }) => (section === 'version' || section === 'categories') && isYamlOnly !== true,
)

type Collected = { readonly [K in keyof EntryReading]: EntryReading[K][number][] }

/**
 * Reads texts in the layout of fastlane deliver. Empty files say nothing. A missing folder holds nothing. Nothing is read that lies
 * outside of the enclosure.
 */
export async function readTextFolder(folder: string, show: ShowPath, enclosure: Enclosure): Promise<EntryReading> {
  const reading: Collected = { entries: [], locales: [], problems: [], notes: [], warnings: [] }
  const { folders, strayed } = await listFolder(folder, enclosure)
  const read = (path: string, specs: readonly FieldSpec[], locale?: string, oldPrefix?: string) =>
    readFiles(path, { specs, locale, oldPrefix, show, enclosure }, reading)
  await read(folder, PLAIN_FILES)
  for (const name of [...folders, ...strayed.filter(isKnownFolder)].sort()) {
    const path = join(folder, name)
    const locale = localeNamed(name)
    const skipped = OTHER_FOLDERS[name.toLowerCase()]
    if (strayed.includes(name)) reading.problems.push({ file: show(path), message: LEADS_OUT })
    else if (locale !== undefined) {
      reading.locales.push(locale)
      await read(path, TEXT_FILES, locale)
    } else if (name.toLowerCase() === REVIEW_FOLDER) await read(path, REVIEW_FILES, undefined, 'review_')
    else if (skipped === undefined) reading.problems.push({ file: show(path), message: noLocale(name) })
    else if (skipped !== '') reading.notes.push(`${show(path)} is left out: ${skipped}`)
  }
  return reading
}

function isKnownFolder(name: string): boolean {
  return localeNamed(name) !== undefined || name.toLowerCase() === REVIEW_FOLDER
}

interface FilesToRead {
  readonly specs: readonly FieldSpec[]
  readonly locale: string | undefined
  readonly oldPrefix: string | undefined
  readonly show: ShowPath
  readonly enclosure: Enclosure
}

async function readFiles(folder: string, { specs, locale, oldPrefix, show, enclosure }: FilesToRead, into: Collected) {
  const { files, strayed, flaw } = await listFolder(folder, enclosure)
  if (flaw !== undefined) into.problems.push({ file: show(folder), message: flaw })
  const names = new Set([...files, ...strayed])
  into.warnings.push(...unknownTexts([...names], specs, oldPrefix).map((line) => `${show(folder)}/${line}`))
  for (const spec of specs) {
    const file = [`${spec.file}.txt`, ...(oldPrefix === undefined ? [] : [`${oldPrefix}${spec.file}.txt`])].find(
      (name) => names.has(name),
    )
    if (file === undefined) continue
    const path = join(folder, file)
    const read = await readRegular(path, enclosure, MAX_TEXT_BYTES)
    if (read === undefined) continue
    if ('flaw' in read) into.problems.push({ file: show(path), message: read.flaw })
    else into.entries.push(...entryIn(read.bytes.toString('utf8'), spec, locale, show(path)))
  }
}

/** A text under a name that is not known would be passed over in silence. */
function unknownTexts(names: readonly string[], specs: readonly FieldSpec[], oldPrefix = ''): readonly string[] {
  const known = specs.flatMap(({ file }) => [`${file}.txt`, `${oldPrefix}${file}.txt`])
  return names
    .filter((name) => name.endsWith('.txt') && !known.includes(name))
    .map((name) => {
      const meant = nearestOf(name, known)
      return `${name} is left out: no text has this name${meant === undefined ? '' : `; is "${meant}" meant?`}`
    })
}

/** The name that was probably meant: so few letters apart that it is no accident. */
function nearestOf(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/\.txt$/, '')
  const meant = closest(plain(name), known.map(plain))
  const isNear = distance(plain(name), meant) <= Math.min(2, plain(name).length / 3)
  return isNear ? known.find((one) => plain(one) === meant) : undefined
}

function entryIn(raw: string, spec: FieldSpec, locale: string | undefined, file: string): readonly Entry[] {
  const text = raw.replace(/^\uFEFF/, '')
  const value = text.trim()
  if (value === '') return []
  const skipped = lineBreaks(text.slice(0, text.indexOf(value)))
  const lineAt = (character: number) => 1 + skipped + lineBreaks(value.slice(0, character))
  return [{ spec, locale, value, origin: { file, line: 1 + skipped }, lineAt }]
}

function lineBreaks(text: string): number {
  return text.split('\n').length - 1
}

function isOneOf(value: string, list: readonly string[]): boolean {
  return list.includes(value)
}
