import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { likelyLocale, localeNamed } from '../metadata/locales.ts'
import type { MediaFile, MediaSets } from '../metadata/model.ts'
import type { Problem } from '../metadata/problems.ts'
import { type DisplayHints, displayTypeOf, MAX_IN_SET, PREVIEW_TYPES, SCREENSHOT_SIZES } from './display-types.ts'
import { readPicture } from './picture.ts'

/** What a folder of pictures or films holds. */
export interface MediaReading {
  readonly sets: MediaSets<MediaFile>
  readonly problems: readonly Problem[]
  /** Things a person should know. */
  readonly notes: readonly string[]
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
/** Folders that other tools keep beside the languages. */
const IGNORED = new Set(['android', 'fonts'])

/** Numbers in names count as numbers: `2.png` stands before `10.png`. */
const inNaturalOrder = new Intl.Collator('en', { numeric: true, sensitivity: 'base' }).compare

/**
 * Reads pictures in the layout of fastlane deliver: a folder a language, also below `appleTV` and `iMessage`; the display is told by
 * the size, the order by the name. Framed pictures stand for those that are not. A missing folder holds nothing.
 */
export async function readScreenshots(folder: string, show: ShowPath): Promise<MediaReading> {
  const folders = await languageFolders(folder, show)
  const reading = collector()
  for (const { path, locale, special } of folders.found) {
    const names = await namesIn(path, PICTURES)
    const hasFramed = names.some((name) => /_framed\.\w+$/i.test(name))
    for (const name of names) {
      const isSkipped = hasFramed && !/framed|watch/i.test(name)
      if (isSkipped) reading.note(`${show(join(path, name))} is left out, because there are framed ones`)
      else await readOnePicture(join(path, name), { locale, special, folder, show }, reading)
    }
  }
  return finish('screenshots', reading, [...folders.problems], show)
}

/**
 * Reads films: a folder a language; the display stands in the name of the file (`IPHONE_67` and the like), and the frame may stand
 * beside it in a file of the same name that ends in `.frame.txt`.
 */
export async function readPreviews(folder: string, show: ShowPath): Promise<MediaReading> {
  const folders = await languageFolders(folder, show)
  const reading = collector()
  for (const { path, locale } of folders.found) {
    for (const name of await namesIn(path, FILMS)) await readOneFilm(join(path, name), locale, show, reading)
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
  readonly special: string | undefined
  readonly folder: string
  readonly show: ShowPath
}

async function readOnePicture(
  path: string,
  { locale, special, folder, show }: Place,
  reading: Collector,
): Promise<undefined> {
  const file = show(path)
  const { size: bytes } = await stat(path)
  if (bytes > MAX_BYTES.screenshots) return reading.refuse(file, `has ${bytes} bytes, which no screenshot has`)
  const content = await readFile(path)
  const picture = readPicture(content)
  if (picture === undefined) return reading.refuse(file, 'is neither a PNG nor a JPEG picture')
  const isNamedRight = picture.format === 'png' ? /\.png$/i.test(path) : /\.jpe?g$/i.test(path)
  if (!isNamedRight) reading.refuse(file, `is a ${picture.format.toUpperCase()} picture under another extension`)
  if (picture.hasAlpha) reading.refuse(file, 'has an alpha channel, which Apple does not take')
  const hints: DisplayHints = {
    isMessages: special === 'imessage',
    isTv: special === 'appletv',
    path: relative(folder, path).toLowerCase(),
  }
  const type = displayTypeOf(picture.size, hints)
  if (type === undefined) return reading.refuse(file, unknownSize(picture.size, hints))
  const checksum = createHash('md5').update(content).digest('hex')
  reading.found.push({ locale, type, file: { name: basename(path), size: bytes, checksum, path } })
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

async function readOneFilm(path: string, locale: string, show: ShowPath, reading: Collector): Promise<undefined> {
  const file = show(path)
  const { size } = await stat(path)
  if (size > MAX_BYTES.previews) return reading.refuse(file, 'has more than 500 MB')
  if (size === 0) return reading.refuse(file, 'is empty')
  const type = PREVIEW_TYPES.find((one) => basename(path).toUpperCase().includes(one))
  if (type === undefined)
    return reading.refuse(file, `names no display: one of ${[...PREVIEW_TYPES].sort().join(', ')} must be in its name`)
  const frame = await frameOf(path, show, reading)
  const checksum = await checksumOf(path)
  const name = basename(path)
  reading.found.push({ locale, type, file: { name, size, checksum, path, ...(frame !== undefined && { frame }) } })
}

async function frameOf(path: string, show: ShowPath, reading: Collector): Promise<string | undefined> {
  const besides = path.replace(/\.\w+$/, '.frame.txt')
  const text = await readFile(besides, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  if (/^\d\d:\d\d:\d\d:\d\d$/.test(text.trim())) return text.trim()
  reading.refuse(show(besides), 'must be a time code such as 00:00:05:00')
  return undefined
}

async function checksumOf(path: string): Promise<string> {
  const hash = createHash('md5')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

interface LanguageFolder {
  readonly path: string
  readonly locale: string
  readonly special: string | undefined
}

const SPECIAL = new Set(['appletv', 'imessage'])

async function languageFolders(folder: string, show: ShowPath) {
  const problems: Problem[] = []
  const found: LanguageFolder[] = []
  const read = async (within: string, special: string | undefined): Promise<void> => {
    for (const name of await foldersIn(within)) {
      const path = join(within, name)
      const locale = localeNamed(name)
      if (locale !== undefined) found.push({ path, locale, special })
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

async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort()
}

async function namesIn(folder: string, pattern: RegExp): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile() && pattern.test(entry.name) && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort(inNaturalOrder)
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
