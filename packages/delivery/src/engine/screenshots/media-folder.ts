import { createHash } from 'node:crypto'
import { basename, join, relative } from 'node:path'
import {
  type Enclosure,
  LEADS_OUT,
  listFolder,
  piecesOf,
  type RegularFile,
  readRegular,
  withRegular,
} from '../files/regular-file.ts'
import { likelyLocale, localeNamed } from '../metadata/locales.ts'
import type { MediaFile, MediaSets } from '../metadata/model.ts'
import type { Problem } from '../metadata/problems.ts'
import { COPIES_FILE, type Copies, readCopies } from './copies.ts'
import { type DisplayHints, displayTypeOf, MAX_IN_SET, PREVIEW_TYPES, SCREENSHOT_SIZES } from './display-types.ts'
import { readPicture } from './picture.ts'

/** What a folder of pictures or films holds. */
export interface MediaReading {
  readonly sets: MediaSets<MediaFile>
  readonly problems: readonly Problem[]
  /** Things a person should know. */
  readonly notes: readonly string[]
}

/** What a folder of pictures holds. */
export interface ScreenshotReading extends MediaReading {
  /** Folders of languages, by `languageFolderKey`, in which framed pictures stand for all others. */
  readonly framed: ReadonlySet<string>
}

/** Names the folder of a language, however its name is written. `special` is `appleTV`, `iMessage` or empty. */
export function languageFolderKey(special: string | undefined, locale: string): string {
  return `${special ?? ''}/${locale}`.toLowerCase()
}

/** How paths are shown to people. */
export type ShowPath = (path: string) => string

interface Found {
  readonly locale: string
  readonly type: string
  readonly file: MediaFile
}

const PICTURES = /\.(png|jpe?g)$/i
const FILMS = /\.(mp4|mov|m4v)$/i
/** Largest files that Apple takes: Apple, "App preview specifications", 500 MB; pictures are far smaller. */
const MAX_BYTES = { screenshots: 100 * 1024 * 1024, previews: 500 * 1024 * 1024 } as const
/** Most bytes of a file that holds one time code. */
const MAX_FRAME_BYTES = 1024
/** Folders that other tools keep beside the languages. */
const IGNORED = new Set(['android', 'fonts'])

/** Numbers in names count as numbers: `2.png` stands before `10.png`. */
const inNaturalOrder = new Intl.Collator('en', { numeric: true, sensitivity: 'base' }).compare

/**
 * Reads pictures in the layout of fastlane deliver: a folder a language, also below `appleTV` and `iMessage`; the display is told by
 * the size, the order by the name. Framed pictures stand for those that are not. A missing folder holds nothing. Nothing is read that
 * lies outside of the enclosure.
 */
export async function readScreenshots(
  folder: string,
  show: ShowPath,
  enclosure: Enclosure,
): Promise<ScreenshotReading> {
  const folders = await languageFolders(folder, show, enclosure)
  const { copies, flaw } = await readCopies(folder, enclosure)
  const reading = collector()
  const framed = new Set<string>()
  if (flaw !== undefined) reading.refuse(show(join(folder, COPIES_FILE)), flaw)
  for (const { path, locale, special } of folders.found) {
    const names = await namesIn(path, PICTURES, { show, enclosure }, reading)
    const hasFramed = names.some((name) => /_framed\.\w+$/i.test(name))
    if (hasFramed) framed.add(languageFolderKey(special, locale))
    for (const name of names) {
      const isSkipped = hasFramed && !/framed|watch/i.test(name)
      if (isSkipped) reading.note(`${show(join(path, name))} is left out, because there are framed ones`)
      else await readOnePicture(join(path, name), { locale, special, folder, show, enclosure, copies }, reading)
    }
  }
  return { ...finish('screenshots', reading, [...folders.problems], show), framed }
}

/**
 * Reads films: a folder a language; the display stands in the name of the file (`IPHONE_67` and the like), and the frame may stand
 * beside it in a file of the same name that ends in `.frame.txt`.
 */
export async function readPreviews(folder: string, show: ShowPath, enclosure: Enclosure): Promise<MediaReading> {
  const folders = await languageFolders(folder, show, enclosure)
  const reading = collector()
  for (const { path, locale } of folders.found) {
    for (const name of await namesIn(path, FILMS, { show, enclosure }, reading))
      await readOneFilm(join(path, name), { locale, folder, show, enclosure }, reading)
  }
  return finish('previews', reading, [...folders.problems], show)
}

function collector() {
  const found: Found[] = []
  const problems: Problem[] = []
  const notes: string[] = []
  return {
    found,
    problems,
    notes,
    note: (text: string) => notes.push(text),
    refuse: (file: string, message: string): undefined => {
      problems.push({ file, message })
    },
  }
}
type Collector = ReturnType<typeof collector>

interface Place {
  readonly locale: string
  readonly special?: string | undefined
  readonly folder: string
  readonly show: ShowPath
  readonly enclosure: Enclosure
  readonly copies?: Copies
}

async function readOnePicture(
  path: string,
  { locale, special, folder, show, enclosure, copies }: Place,
  reading: Collector,
): Promise<undefined> {
  const file = show(path)
  const read = await readRegular(path, enclosure, MAX_BYTES.screenshots)
  if (read === undefined) return
  if ('flaw' in read) return reading.refuse(file, read.flaw)
  const { bytes: content } = read
  const { size, identity } = read.file
  const picture = readPicture(content)
  if (picture === undefined) return reading.refuse(file, 'is neither a PNG nor a JPEG picture')
  const isNamedRight = picture.format === 'png' ? /\.png$/i.test(path) : /\.jpe?g$/i.test(path)
  if (!isNamedRight) reading.refuse(file, `is a ${picture.format.toUpperCase()} picture under another extension`)
  const checksum = createHash('md5').update(content).digest('hex')
  const copyOf = copies?.get(checksum)
  // How Apple has made its copy is not the team's mistake; and it is not sent while the upload is there.
  if (picture.hasAlpha && copyOf === undefined) reading.refuse(file, 'has an alpha channel, which Apple does not take')
  const hints: DisplayHints = {
    isMessages: special === 'imessage',
    isTv: special === 'appletv',
    path: relative(folder, path).toLowerCase(),
  }
  const type = displayTypeOf(picture.size, hints)
  if (type === undefined) return reading.refuse(file, unknownSize(picture.size, hints))
  const found = { name: basename(path), size, checksum, path, identity, ...(copyOf !== undefined && { copyOf }) }
  reading.found.push({ locale, type, file: found })
}

function unknownSize([width, height]: readonly [number, number], hints: DisplayHints): string {
  const near = Object.entries(SCREENSHOT_SIZES)
    .filter(([type]) => type.startsWith('IMESSAGE_') === hints.isMessages)
    .flatMap(([type, sizes]) =>
      sizes.map((size) => ({ type, size, distance: Math.abs(size[0] - width) + Math.abs(size[1] - height) })),
    )
    .sort((a, b) => a.distance - b.distance)[0]
  const hint = near === undefined ? '' : `; nearest is ${near.size.join(' x ')} (${near.type})`
  return `is ${width} x ${height} pixels, which no display has${hint}`
}

async function readOneFilm(path: string, place: Place, reading: Collector): Promise<undefined> {
  const file = place.show(path)
  const film = await withRegular(path, place.enclosure, MAX_BYTES.previews, async (opened) => ({
    ...{ size: opened.size, identity: opened.identity },
    checksum: await checksumOf(opened),
  }))
  if (film === undefined) return
  if ('flaw' in film) return reading.refuse(file, film.flaw)
  if (film.size === 0) return reading.refuse(file, 'is empty')
  const type = PREVIEW_TYPES.find((one) => basename(path).toUpperCase().includes(one))
  if (type === undefined)
    return reading.refuse(file, `names no display: one of ${[...PREVIEW_TYPES].sort().join(', ')} must be in its name`)
  const frame = await frameOf(path, place, reading)
  const stands = { name: basename(path), path, ...film, ...(frame !== undefined && { frame }) }
  reading.found.push({ locale: place.locale, type, file: stands })
}

async function frameOf(path: string, { show, enclosure }: Place, reading: Collector): Promise<string | undefined> {
  const besides = path.replace(/\.\w+$/, '.frame.txt')
  const read = await readRegular(besides, enclosure, MAX_FRAME_BYTES)
  if (read === undefined) return undefined
  if ('flaw' in read) return reading.refuse(show(besides), read.flaw)
  const text = read.bytes.toString('utf8').trim()
  return /^\d\d:\d\d:\d\d:\d\d$/.test(text)
    ? text
    : reading.refuse(show(besides), 'must be a time code such as 00:00:05:00')
}

async function checksumOf(file: RegularFile): Promise<string> {
  const hash = createHash('md5')
  for await (const piece of piecesOf(file)) hash.update(piece)
  return hash.digest('hex')
}

interface LanguageFolder {
  readonly path: string
  readonly locale: string
  readonly special: string | undefined
}

const SPECIAL = new Set(['appletv', 'imessage'])

async function languageFolders(folder: string, show: ShowPath, enclosure: Enclosure) {
  const problems: Problem[] = []
  const found: LanguageFolder[] = []
  const read = async (within: string, special: string | undefined): Promise<void> => {
    const { folders, strayed, flaw } = await listFolder(within, enclosure)
    if (flaw !== undefined) problems.push({ file: show(within), message: flaw })
    const isKnown = (name: string) => localeNamed(name) !== undefined || SPECIAL.has(name.toLowerCase())
    for (const name of [...folders, ...strayed.filter(isKnown)].sort()) {
      const path = join(within, name)
      const locale = localeNamed(name)
      if (strayed.includes(name)) problems.push({ file: show(path), message: LEADS_OUT })
      else if (locale !== undefined) found.push({ path, locale, special })
      else if (special === undefined && SPECIAL.has(name.toLowerCase())) await read(path, name.toLowerCase())
      else if (!IGNORED.has(name.toLowerCase())) problems.push({ file: show(path), message: noLocale(name) })
    }
  }
  await read(folder, undefined)
  return { found, problems }
}

/** What is said of a folder that is named like no language. */
export function noLocale(name: string): string {
  const likely = likelyLocale(name)
  return `is no language of the store${likely === undefined ? '' : `; is "${likely}" meant?`}`
}

/** Links are among them, so that they are told and not passed over. */
async function namesIn(
  folder: string,
  pattern: RegExp,
  { show, enclosure }: Pick<Place, 'show' | 'enclosure'>,
  reading: Collector,
): Promise<readonly string[]> {
  const { files, strayed, flaw } = await listFolder(folder, enclosure)
  if (flaw !== undefined) reading.refuse(show(folder), flaw)
  return [...files, ...strayed].filter((name) => pattern.test(name)).sort(inNaturalOrder)
}

function finish(
  kind: keyof typeof MAX_IN_SET,
  { found, problems, notes }: Collector,
  ofFolders: readonly Problem[],
  show: ShowPath,
): MediaReading {
  const sets: Record<string, Record<string, readonly MediaFile[]>> = {}
  for (const { locale, type, file } of found) {
    sets[locale] = { ...sets[locale], [type]: [...(sets[locale]?.[type] ?? []), file] }
  }
  const crowded = Object.values(sets).flatMap((types) =>
    Object.entries(types).flatMap(([type, files]) => flawsOfSet(kind, type, files, show)),
  )
  return { sets, problems: [...ofFolders, ...problems, ...crowded], notes }
}

function flawsOfSet(
  kind: keyof typeof MAX_IN_SET,
  type: string,
  files: readonly MediaFile[],
  show: ShowPath,
): Problem[] {
  const extra = files[MAX_IN_SET[kind]]
  const tooMany: Problem[] =
    extra === undefined
      ? []
      : [
          {
            file: show(extra.path),
            message: `is one too many: ${files.length} ${kind} for ${type}, ${MAX_IN_SET[kind]} are allowed`,
          },
        ]
  const twice = files.flatMap((file, index) => {
    const first = files.slice(0, index).find(({ checksum }) => checksum === file.checksum)
    return first === undefined
      ? []
      : [{ file: show(file.path), message: `is the same picture as ${basename(first.path)}` }]
  })
  return [...tooMany, ...twice]
}
