import { type FileHandle, open } from 'node:fs/promises'
import { type Entry, fromRandomAccessReaderPromise, type ZipFile } from 'yauzl'
import { appArchiveErrors, messageOf } from '../errors.ts'
import { decodeName, whyUnsafe } from './entry-name.ts'
import { FileWindow } from './file-window.ts'

/** More than ten times as many as the largest apps have. */
const MAX_ENTRIES = 200_000

/** What an entry is, by the mode that Unix tools record. */
export type EntryKind = 'file' | 'folder' | 'symlink'

/** One entry of the directory at a zip archive's end. */
export interface ZipEntry {
  /** Checked: relative, without `..`; a folder's name has no slash at its end. */
  readonly name: string
  readonly kind: EntryKind
  /** Permission bits; undefined when the archive records none. */
  readonly mode: number | undefined
  /** Bytes when unpacked, as declared; reading holds the entry to it. */
  readonly size: number
  readonly compressedSize: number
  readonly crc32: number
  readonly source: Entry
}

/** An open zip archive. Whoever opened it closes it. */
export interface ZipArchive {
  /** As the caller gave it. */
  readonly path: string
  readonly bytes: number
  readonly entries: ReadonlyMap<string, ZipEntry>
  readonly zip: ZipFile
  close(): Promise<void>
}

/**
 * Opens a zip archive and reads its directory; no content is read. Whoever made the file is not trusted: names, counts
 * and places are checked before anything else looks at them.
 * Errors: `app_archive.not_found`, `unreadable`, `not_a_zip`, `malformed`, `unsafe_name`, `duplicate_name`,
 * `too_many_entries`, `encrypted`.
 */
export async function openZip(path: string): Promise<ZipArchive> {
  const file = await openFile(path)
  try {
    const { size } = await file.stat()
    const zip = await readEnd(path, file, size)
    const entries = await readDirectory(path, zip)
    refuseOverlaps(path, [...entries.values()], size)
    return { path, bytes: size, entries, zip, close: () => file.close() }
  } catch (error) {
    await file.close()
    throw error
  }
}

async function openFile(path: string): Promise<FileHandle> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') {
      throw appArchiveErrors.not_found({ path }, { detail: `"${path}" does not exist`, cause })
    }
    throw unreadable(path, messageOf(cause), cause)
  }
  if ((await file.stat()).isFile()) return file
  await file.close()
  throw unreadable(path, 'it is not a regular file')
}

function unreadable(path: string, reason: string, cause?: unknown) {
  return appArchiveErrors.unreadable({ path, reason }, { detail: `"${path}": ${reason}`, cause })
}

/** The error for an archive that contradicts itself. */
export function malformed(path: string, reason: string, cause?: unknown) {
  return appArchiveErrors.malformed({ path, reason }, { detail: `"${path}": ${reason}`, cause })
}

async function readEnd(path: string, file: FileHandle, size: number): Promise<ZipFile> {
  const options = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true }
  let zip: ZipFile
  try {
    zip = await fromRandomAccessReaderPromise(new FileWindow(file), size, options)
  } catch (cause) {
    const reason = messageOf(cause)
    throw appArchiveErrors.not_a_zip({ path, reason }, { detail: `"${path}": ${reason}`, cause })
  }
  if (zip.entryCount <= MAX_ENTRIES) return zip
  throw appArchiveErrors.too_many_entries(
    { path, entries: zip.entryCount, limit: MAX_ENTRIES },
    { detail: `"${path}" says that it holds ${zip.entryCount} entries` },
  )
}

async function readDirectory(path: string, zip: ZipFile): Promise<Map<string, ZipEntry>> {
  const entries = new Map<string, ZipEntry>()
  const start = cursorOf(zip)
  for await (const source of entriesOf(path, zip)) {
    const entry = readEntry(path, source)
    if (source.relativeOffsetOfLocalHeader >= start) throw malformed(path, `"${entry.name}" lies behind the directory`)
    const key = entry.name.normalize('NFC')
    if (entries.has(key)) {
      throw appArchiveErrors.duplicate_name({ path, name: entry.name }, { detail: `"${path}": "${entry.name}"` })
    }
    entries.set(key, entry)
  }
  await refuseMoreThanSaid(path, zip)
  return entries
}

async function* entriesOf(path: string, zip: ZipFile): AsyncGenerator<Entry> {
  try {
    yield* zip.eachEntry()
  } catch (cause) {
    throw malformed(path, messageOf(cause), cause)
  }
}

/** Where the directory goes on; the typing of the library says that it is a boolean. */
function cursorOf(zip: ZipFile): number {
  return Number(zip.readEntryCursor)
}

const ENTRY_SIGNATURE = 0x02014b50

/** An archive whose count is too small hides entries from one reader that another one shows. */
async function refuseMoreThanSaid(path: string, zip: ZipFile): Promise<void> {
  const reader = Reflect.get(zip, 'reader')
  const next = Buffer.alloc(4)
  if (!(reader instanceof FileWindow) || cursorOf(zip) + next.length > zip.fileSize) return
  const error = await new Promise<Error | null>((resolve) => reader.read(next, 0, next.length, cursorOf(zip), resolve))
  if (error === null && next.readUInt32LE(0) === ENTRY_SIGNATURE) {
    throw malformed(path, `it says that it holds ${zip.entryCount} entries, and holds more`)
  }
}

function readEntry(path: string, source: Entry): ZipEntry {
  const name = checkedName(path, source.fileNameRaw)
  if (source.isEncrypted()) throw appArchiveErrors.encrypted({ path, name }, { detail: `"${path}": "${name}"` })
  const mode = unixMode(source)
  return {
    name: name.endsWith('/') ? name.slice(0, -1) : name,
    kind: kindOf(name, mode),
    mode: mode === undefined ? undefined : mode & 0o7777,
    size: source.uncompressedSize,
    compressedSize: source.compressedSize,
    crc32: source.crc32,
    source,
  }
}

function checkedName(path: string, raw: Uint8Array): string {
  const name = decodeName(raw)
  const reason = name === undefined ? 'it is not UTF-8' : whyUnsafe(name)
  if (name !== undefined && reason === undefined) return name
  const shown = JSON.stringify(Buffer.from(raw).toString('latin1').slice(0, 200))
  throw appArchiveErrors.unsafe_name(
    { path, name: shown, reason: reason ?? '' },
    { detail: `"${path}": ${shown}: ${reason}` },
  )
}

const MADE_BY_UNIX = new Set([3, 19])
const FILE_TYPE = 0o170000
const SYMLINK = 0o120000
const FOLDER = 0o040000

function unixMode({ versionMadeBy, externalFileAttributes }: Entry): number | undefined {
  const mode = externalFileAttributes >>> 16
  return MADE_BY_UNIX.has(versionMadeBy >> 8) && mode !== 0 ? mode : undefined
}

function kindOf(name: string, mode = 0): EntryKind {
  if ((mode & FILE_TYPE) === SYMLINK) return 'symlink'
  return name.endsWith('/') || (mode & FILE_TYPE) === FOLDER ? 'folder' : 'file'
}

const LOCAL_HEADER_BYTES = 30

/** Entries that share their content make small archives that unpack to anything: the bomb without nesting. */
function refuseOverlaps(path: string, entries: readonly ZipEntry[], size: number): void {
  const byPlace = entries.toSorted((a, b) => placeOf(a) - placeOf(b))
  byPlace.forEach((entry, index) => {
    const end = placeOf(entry) + LOCAL_HEADER_BYTES + entry.source.fileNameLength + entry.compressedSize
    const next = byPlace[index + 1]
    const limit = next === undefined ? size : placeOf(next)
    if (end > limit) throw malformed(path, `"${entry.name}" lies over ${next ? `"${next.name}"` : 'the end'}`)
  })
}

function placeOf({ source }: ZipEntry): number {
  return source.relativeOffsetOfLocalHeader
}
