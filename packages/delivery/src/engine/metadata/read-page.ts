import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { enclosureOf } from '../files/regular-file.ts'
import { type MediaReading, readPreviews, readScreenshots } from '../screenshots/media-folder.ts'
import { flawOf, tidied } from './check-field.ts'
import { metadataErrors } from './errors.ts'
import { type Entry, readTextFolder } from './folder.ts'
import { DEFAULT_LOCALE } from './locales.ts'
import { EMPTY_LISTING, TEXT_SECTIONS, type TextSection, type Value, type WantedListing } from './model.ts'
import { type Origin, type Problem, placeOf, requireNone } from './problems.ts'
import { readYamlFile } from './yaml-file.ts'

/** Where the parts of a store page are. */
export interface PagePlaces {
  readonly metadata: string
  readonly screenshots: string
  readonly previews: string
  /** The one typed file; its values win over those of the folders. */
  readonly yaml: string
}

/** The places in a folder as fastlane deliver lays it out. */
export function placesIn(folder: string): PagePlaces {
  return {
    metadata: join(folder, 'metadata'),
    screenshots: join(folder, 'screenshots'),
    previews: join(folder, 'app_previews'),
    yaml: join(folder, 'metadata.yml'),
  }
}

/** A store page as it was read from files. */
export interface Page {
  readonly wanted: WantedListing
  /** Languages that have a folder or a table; `default` serves these. */
  readonly locales: readonly string[]
  readonly appVersion: string | undefined
  readonly notes: readonly string[]
  /** Files that are passed over, and were probably meant otherwise. */
  readonly warnings: readonly string[]
  readonly problems: readonly Problem[]
  /** Where a field was read, by `originKey`; for messages after Apple has refused one. */
  readonly origins: ReadonlyMap<string, Origin>
}

/** The key of a field in `origins`. */
export function originKey(section: string, locale: string | undefined, field: string): string {
  return [section, locale ?? '', field].join('/')
}

/**
 * Reads a store page and looks for every mistake, without a connection. Throws `metadata.nothing_there`.
 * `workingFolder` shortens the paths in messages, and nothing below it that leads out of it is read.
 */
export async function readPage(places: PagePlaces, workingFolder: string): Promise<Page> {
  const show = (path: string) => {
    const short = relative(workingFolder, path)
    return short.startsWith('..') ? path : short
  }
  if (!Object.values(places).some((path) => existsSync(path))) throw nothingIn(show(join(places.metadata, '..')) || '.')
  const within = (path: string) => enclosureOf(dirname(path), workingFolder)
  const folder = await readTextFolder(places.metadata, show, await within(places.metadata))
  const yaml = await readYamlFile(places.yaml, show, await within(places.yaml))
  const screenshots = await readScreenshots(places.screenshots, show, await within(places.screenshots))
  const previews = await readPreviews(places.previews, show, await within(places.previews))
  // Later entries win.
  const entries = [...folder.entries, ...(yaml?.entries ?? [])]
  const own = [
    ...folder.locales,
    ...(yaml?.locales ?? []),
    ...Object.keys(screenshots.sets),
    ...Object.keys(previews.sets),
  ]
  const problems = [
    ...[folder, yaml, screenshots, previews].flatMap((reading) => reading?.problems ?? []),
    ...flawsOf(entries),
    ...scheduleFlaws(entries),
  ]
  return {
    wanted: listingOf(entries, screenshots, previews),
    locales: [...new Set(own)].filter((locale) => locale !== DEFAULT_LOCALE).sort(),
    appVersion: yaml?.appVersion,
    notes: [
      ...folder.notes,
      ...screenshots.notes,
      ...previews.notes,
      ...overruled(folder.entries, yaml?.entries ?? []),
    ],
    warnings: folder.warnings,
    problems,
    origins: new Map(entries.map(({ spec, locale, origin }) => [originKey(spec.section, locale, spec.field), origin])),
  }
}

function nothingIn(folder: string) {
  return metadataErrors.nothing_there({ folder }, { detail: `"${folder}"` })
}

/** Reads a store page. Throws `metadata.invalid` with every mistake, and `metadata.nothing_there`. */
export async function readSoundPage(places: PagePlaces, workingFolder: string): Promise<Page> {
  const page = await readPage(places, workingFolder)
  requireNone(page.problems)
  return page
}

function flawsOf(entries: readonly Entry[]): readonly Problem[] {
  return entries.flatMap(({ spec, value, origin, lineAt }) => {
    const flaw = flawOf(spec, typeof value === 'string' ? tidyForCheck(value) : value)
    return flaw === undefined ? [] : [{ ...origin, line: lineAt(flaw.at), message: `${spec.file} ${flaw.message}` }]
  })
}

function tidyForCheck(text: string): string {
  return text.replace(/\r\n?/g, '\n').trim()
}

function scheduleFlaws(entries: readonly Entry[]): readonly Problem[] {
  const last = (field: string) => entries.findLast(({ spec }) => spec.section === 'version' && spec.field === field)
  const [type, date] = [last('releaseType'), last('earliestReleaseDate')]
  if (type?.value === 'SCHEDULED' && !date?.value)
    return [{ ...type.origin, message: 'release_type SCHEDULED needs a release_date' }]
  if (date?.value && type?.value !== 'SCHEDULED')
    return [{ ...date.origin, message: 'release_date needs release_type SCHEDULED' }]
  return []
}

function overruled(folder: readonly Entry[], yaml: readonly Entry[]): readonly string[] {
  return folder.flatMap((entry) => {
    const other = yaml.find(({ spec, locale }) => spec === entry.spec && locale === entry.locale)
    const differs = other !== undefined && tidied(entry.spec, other.value) !== tidied(entry.spec, entry.value)
    return differs ? [`${placeOf(entry.origin)} is overruled by ${placeOf(other.origin)}`] : []
  })
}

function listingOf(entries: readonly Entry[], screenshots: MediaReading, previews: MediaReading): WantedListing {
  const plain: Record<string, Record<string, Value>> = {}
  const texts: Record<string, Record<string, Record<string, Value>>> = {}
  for (const { spec, locale = DEFAULT_LOCALE, value } of entries) {
    const { section, field } = spec
    if (TEXT_SECTIONS.includes(section as TextSection)) {
      const ofSection = texts[section] ?? {}
      texts[section] = { ...ofSection, [locale]: { ...ofSection[locale], [field]: tidied(spec, value) } }
    } else plain[section] = { ...plain[section], [field]: tidied(spec, value) }
  }
  return { ...EMPTY_LISTING, ...plain, ...texts, screenshots: screenshots.sets, previews: previews.sets }
}
