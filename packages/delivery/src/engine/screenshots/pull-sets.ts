import { lstat, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Enclosure } from '../files/regular-file.ts'
import { inParallel } from '../metadata/in-parallel.ts'
import { DEFAULT_LOCALE } from '../metadata/locales.ts'
import type { MediaFile, MediaSets, StoredMedia, StoredPicture } from '../metadata/model.ts'
import type { StorePort } from '../metadata/port.ts'
import { requireNone } from '../metadata/problems.ts'
import { COPIES_FILE, readCopies, uploadKey, writeCopies } from './copies.ts'
import { isSame } from './diff-sets.ts'
import { displayTypeOf } from './display-types.ts'
import { fetchInto, formatOf } from './fetch-into.ts'
import { languageFolderKey, readScreenshots, type ShowPath } from './media-folder.ts'

/** A wish to have the screenshots of a store page in a folder. */
export interface ScreenshotPull {
  readonly port: Pick<StorePort, 'fetchPicture'>
  readonly stored: MediaSets<StoredMedia>
  /** The folder that holds a folder a language. */
  readonly folder: string
  readonly enclosure: Enclosure
  readonly show: ShowPath
  /** Sets of the folder that hold other pictures are replaced. */
  readonly overwrites: boolean
  /** Hears of each set that is there now. */
  readonly onSet?: (set: { readonly name: string; readonly done: number; readonly total: number }) => void
}

/** What became of it. */
export interface ScreenshotsPulled {
  /** Files that were fetched. */
  readonly fetched: readonly string[]
  /** Files that were there already. */
  readonly right: number
  /** Sets that the folder has other pictures for, as `ja APP_IPHONE_67`. */
  readonly kept: readonly string[]
  /** Things a person should know. */
  readonly notes: readonly string[]
}

/** A screenshot and the file that it is pulled into. */
interface Slot {
  readonly item: StoredMedia & { readonly picture: StoredPicture }
  /** In the folder of the set. */
  readonly name: string
}

interface PulledSet {
  readonly name: string
  readonly folder: string
  readonly slots: readonly Slot[]
  /** What the folder has for it, in order. */
  readonly there: readonly MediaFile[]
}

const SETS_WIDTH = 3
const FILES_WIDTH = 4

/**
 * Brings the screenshots that are at Apple into a folder, in their order, so that a push of them writes nothing. A set that the folder has
 * under any names is left alone; one that was pulled in part is gone on with; one that holds other pictures, or finds anything else under
 * the names of its files, is kept, unless it shall be overwritten. One of a language that has framed pictures is never touched. Files go
 * from the network to the disk piece by piece. Throws `metadata.picture_unavailable`, and `metadata.invalid` when the list of copies
 * cannot be read.
 */
export async function pullScreenshots(pull: ScreenshotPull): Promise<ScreenshotsPulled> {
  const { stored, folder, enclosure, show, overwrites } = pull
  const { sets: local, framed } = await readScreenshots(folder, show, enclosure)
  const result = { fetched: [] as string[], right: 0, kept: [] as string[], notes: [] as string[] }
  const missing: PulledSet[] = []
  for (const [locale, types] of Object.entries(stored)) {
    for (const [type, items] of Object.entries(types)) {
      const name = `${locale} ${type}`
      const { slots, notes } = slotsOf(name, type, items)
      result.notes.push(...notes)
      if (slots.length === 0) continue
      const there = local[locale]?.[type] ?? []
      if (isEqual(there, slots) || (there.length === 0 && isEqual(local[DEFAULT_LOCALE]?.[type] ?? [], slots)))
        result.right += slots.length
      else if (framed.has(languageFolderKey(specialFolder(type), locale)))
        result.notes.push(`${name} ${besideFramed(show(join(folder, specialFolder(type), locale)))}`)
      else {
        const set = { name, folder: join(folder, specialFolder(type), locale), slots, there }
        if (overwrites || (isBegun(set) && (await isFree(set)))) missing.push(set)
        else result.kept.push(name)
      }
    }
  }
  const copies = await keptCopies(pull, local)
  const targets = new Set(missing.flatMap((set) => set.slots.map(({ name }) => join(set.folder, name))))
  let writing = Promise.resolve()
  // One after another: of two at once the older list could come last.
  const writeDown = () => {
    writing = writing.then(() => writeCopies(folder, copies, enclosure))
    return writing
  }
  let done = 0
  await inParallel(
    missing,
    async (set) => {
      const { fetched, right } = await pullSet(set, { copies, writeDown, targets }, pull)
      result.fetched.push(...fetched.map(show))
      result.right += right
      done += 1
      pull.onSet?.({ name: set.name, done, total: missing.length })
    },
    SETS_WIDTH,
  )
  return { ...result, fetched: result.fetched.sort() }
}

function specialFolder(type: string): string {
  if (type.startsWith('IMESSAGE_')) return 'iMessage'
  return type === 'APP_APPLE_TV' ? 'appleTV' : ''
}

/** Framed pictures are made from the others, which do not count beside them: what is pulled there would be passed over by a push. */
function besideFramed(folder: string): string {
  return `is not pulled: ${folder} has framed pictures, which stand for all others there; move them away to pull it`
}

/** The screenshots of a set that can be pulled, each once, under the names that fastlane deliver gives when it downloads. */
function slotsOf(set: string, type: string, items: readonly StoredMedia[]) {
  const notes: string[] = []
  const usable = items.filter((item): item is Slot['item'] => {
    const reason = whyLeftOut(item, type, items)
    if (reason !== undefined) notes.push(`${set}: ${item.name} is left out: ${reason}`)
    return reason === undefined
  })
  const slots = usable.map((item, index): Slot => {
    return { item, name: `${index}_${type}_${index}.${formatOf(item.name)}` }
  })
  return { slots, notes }
}

function whyLeftOut(item: StoredMedia, type: string, items: readonly StoredMedia[]): string | undefined {
  if (item.picture === undefined) return 'Apple shows no picture of it'
  const first = items.find((one) => uploadKey(one) === uploadKey(item))
  if (first !== item) return 'it is there twice'
  const { width, height } = item.picture
  const hints = { isMessages: type.startsWith('IMESSAGE_'), isTv: type === 'APP_APPLE_TV', path: type.toLowerCase() }
  return displayTypeOf([width, height], hints) === type ? undefined : `${width} x ${height} is no size of this display`
}

function isEqual(there: readonly MediaFile[], slots: readonly Slot[]): boolean {
  return there.length === slots.length && slots.every(({ item }, index) => isAs(there[index], item))
}

function isAs(file: MediaFile | undefined, item: StoredMedia): boolean {
  return file !== undefined && isSame(file, item)
}

/** All that is there has come from an earlier pull that did not end. */
function isBegun({ there, slots }: PulledSet): boolean {
  return there.every((file) => slots.some(({ name, item }) => name === file.name && isSame(file, item)))
}

/**
 * Nothing but its own pictures has the names that it is pulled under: a picture of another size, a link and what cannot be read belong to
 * no set of the folder, and to a person all the same.
 */
async function isFree({ folder, slots, there }: PulledSet): Promise<boolean> {
  const own = new Set(there.map(({ path }) => path))
  const paths = slots.map(({ name }) => join(folder, name)).filter((path) => !own.has(path))
  const taken = await Promise.all(paths.map(isTaken))
  return !taken.includes(true)
}

async function isTaken(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    return !NOT_THERE.has((error as NodeJS.ErrnoException).code ?? '')
  }
}

const NOT_THERE = new Set(['ENOENT', 'ENOTDIR'])

/** Which pictures of the folder are copies. */
async function keptCopies({ folder, enclosure, show }: ScreenshotPull, local: MediaSets<MediaFile>) {
  const { copies, flaw } = await readCopies(folder, enclosure)
  // Written anew it would have lost what it said of the other pictures, which would then count as new ones.
  requireNone(flaw === undefined ? [] : [{ file: show(join(folder, COPIES_FILE)), message: flaw }])
  const files = Object.values(local).flatMap((types) => Object.values(types).flat())
  const here = new Set(files.map(({ checksum }) => checksum))
  return new Map([...copies].filter(([checksum]) => here.has(checksum)))
}

/** What the sets of a pull have in common. */
interface Whole {
  readonly copies: Map<string, string>
  readonly writeDown: () => Promise<void>
  /** Paths of all files that are pulled: what lies there is replaced by its own set, and cleared away by none. */
  readonly targets: ReadonlySet<string>
}

async function pullSet(
  { folder, slots, there }: PulledSet,
  { copies, writeDown, targets }: Whole,
  { port, enclosure }: ScreenshotPull,
) {
  const isInPlace = (file: MediaFile) =>
    slots.some(({ name, item }) => isSame(file, item) && file.path === join(folder, name))
  const inPlace = there.filter(isInPlace)
  const open = slots.filter(({ name }) => !inPlace.some((file) => file.name === name))
  const begun: Awaited<ReturnType<typeof fetchInto>>[] = []
  const fetched: string[] = []
  try {
    await inParallel(
      open,
      async ({ item, name }) => {
        const path = join(folder, name)
        const same = there.find((file) => isSame(file, item))
        begun.push(await fetchInto(path, same, item, port, enclosure))
        if (same === undefined) fetched.push(path)
      },
      FILES_WIDTH,
    )
    for (const { checksum, source } of begun) if (checksum !== source) copies.set(checksum, source)
    // First what the files are, then the files: an end between the two leaves nothing that counts as new.
    await writeDown()
    for (const { path } of there.filter((file) => !targets.has(file.path))) await rm(path, { force: true })
    for (const { file } of begun) await file.place()
  } finally {
    for (const { file } of begun) await file.drop()
  }
  return { fetched, right: slots.length - fetched.length }
}
