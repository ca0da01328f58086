import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
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
const PLAIN_FILES = FIELDS.filter(
  ({ section, isYamlOnly }) => (section === 'version' || section === 'categories') && isYamlOnly !== true,
)

/** Reads texts in the layout of fastlane deliver. Empty files say nothing. A missing folder holds nothing. */
export async function readTextFolder(folder: string, show: ShowPath): Promise<EntryReading> {
  const names = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const folders = names.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name)
  const reading = { entries: [] as Entry[], locales: [] as string[], problems: [] as Problem[], notes: [] as string[] }
  reading.entries.push(...(await readFiles(folder, PLAIN_FILES, undefined, show)))
  for (const name of folders.sort()) {
    const path = join(folder, name)
    const locale = localeNamed(name)
    const skipped = OTHER_FOLDERS[name.toLowerCase()]
    if (locale !== undefined) {
      reading.locales.push(locale)
      reading.entries.push(...(await readFiles(path, TEXT_FILES, locale, show)))
    } else if (name.toLowerCase() === REVIEW_FOLDER) {
      reading.entries.push(...(await readFiles(path, REVIEW_FILES, undefined, show, 'review_')))
    } else if (skipped === undefined) reading.problems.push({ file: show(path), message: noLocale(name) })
    else if (skipped !== '') reading.notes.push(`${show(path)} is left out: ${skipped}`)
  }
  return reading
}

async function readFiles(
  folder: string,
  specs: readonly FieldSpec[],
  locale: string | undefined,
  show: ShowPath,
  oldPrefix?: string,
): Promise<readonly Entry[]> {
  const names = new Set(await readdir(folder).catch(() => []))
  const entries: Entry[] = []
  for (const spec of specs) {
    const file = [`${spec.file}.txt`, ...(oldPrefix === undefined ? [] : [`${oldPrefix}${spec.file}.txt`])].find(
      (name) => names.has(name),
    )
    if (file === undefined) continue
    const raw = await readFile(join(folder, file), 'utf8')
    const text = raw.replace(/^\uFEFF/, '')
    const value = text.trim()
    if (value === '') continue
    const skipped = lineBreaks(text.slice(0, text.indexOf(value)))
    const lineAt = (character: number) => 1 + skipped + lineBreaks(value.slice(0, character))
    entries.push({ spec, locale, value, origin: { file: show(join(folder, file)), line: 1 + skipped }, lineAt })
  }
  return entries
}

function lineBreaks(text: string): number {
  return text.split('\n').length - 1
}

function isOneOf(value: string, list: readonly string[]): boolean {
  return list.includes(value)
}
