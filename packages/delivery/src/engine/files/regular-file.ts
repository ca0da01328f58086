import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, lstat, open, readdir, readlink, realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'

/**
 * A folder that nothing is read outside of. What is below it comes from a repository, where anybody's pull request can put a symbolic
 * link to a secret of the machine under the name of a text that will be published. So files are read only when they are regular ones
 * that lie below this folder, and folders that are links only when they lead to a place below it.
 */
export interface Enclosure {
  /** Without symbolic links. */
  readonly root: string
}

/** An opened file. Whoever opened it closes it. */
export interface RegularFile {
  readonly handle: FileHandle
  /** Bytes. */
  readonly size: number
  /** Names the file itself, whatever its path leads to later. */
  readonly identity: string
}

/** A file, or why it is not read: a message without a full stop. Undefined: there is none. */
export type Opened = RegularFile | { readonly flaw: string } | undefined

/** What a folder holds. */
export interface FolderContent {
  readonly folders: readonly string[]
  /** Everything that is no folder, links included: `openRegular` says what is wrong with them. */
  readonly files: readonly string[]
  /** Links that lead out of the enclosure, or nowhere. */
  readonly strayed: readonly string[]
  /** Why it is not read. */
  readonly flaw?: string
}

const NOTHING: FolderContent = { folders: [], files: [], strayed: [] }
const IS_LINK = 'is a symbolic link, which is not followed; put the file itself in its place'
/** What is said of a link to a folder that lies elsewhere. */
export const LEADS_OUT = 'is a symbolic link that leads out of the folder, or nowhere, and is not followed'
const IS_ODD = 'is no regular file'

/**
 * The enclosure of a folder that a person has named: the working folder when it is below that, so that a link that a repository has in
 * its place leads nowhere else; otherwise the folder itself.
 */
export async function enclosureOf(folder: string, workingFolder: string): Promise<Enclosure> {
  const root = isWithin(workingFolder, folder) ? workingFolder : folder
  return { root: await realpath(root).catch(() => root) }
}

/** Lists a folder. One that is not there holds nothing; hidden names are left out. */
export async function listFolder(folder: string, { root }: Enclosure): Promise<FolderContent> {
  const found = await entriesOf(folder, root)
  if (found === undefined) return NOTHING
  if ('flaw' in found) return { ...NOTHING, flaw: found.flaw }
  const content = { folders: [] as string[], files: [] as string[], strayed: [] as string[] }
  for (const entry of found.entries) {
    if (entry.name.startsWith('.')) continue
    if (!entry.isSymbolicLink()) content[entry.isDirectory() ? 'folders' : 'files'].push(entry.name)
    else content[await kindOfLink(join(found.real, entry.name), root)].push(entry.name)
  }
  return { folders: content.folders.sort(), files: content.files.sort(), strayed: content.strayed.sort() }
}

async function entriesOf(folder: string, root: string) {
  try {
    const real = await realpath(folder)
    return isWithin(root, real) ? { real, entries: await readdir(real, { withFileTypes: true }) } : { flaw: LEADS_OUT }
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if ((code === 'ENOENT' || code === 'ELOOP') && (await isLink(folder))) return { flaw: LEADS_OUT }
    // Only what is not there is nothing: of a folder that is there and cannot be read nobody knows what it says.
    return code === 'ENOENT' ? undefined : { flaw: code === 'ENOTDIR' ? 'is no folder' : unreadable(code).flaw }
  }
}

async function kindOfLink(link: string, root: string): Promise<'folders' | 'files' | 'strayed'> {
  const real = await realpath(link).catch(() => undefined)
  if (real === undefined || !isWithin(root, real)) return 'strayed'
  return (await stat(real).catch(() => undefined))?.isDirectory() === true ? 'folders' : 'files'
}

/**
 * Opens a file for reading when it is a regular one below the root and has at most `maxBytes`. The checks are made on what is open. On
 * Linux the kernel tells where that lies, so that no exchange of folders meanwhile leads astray; other systems do not tell a Node program,
 * and whoever exchanges a folder for a link and back at the right moments can pass there.
 */
export async function openRegular(path: string, { root }: Enclosure, maxBytes: number): Promise<Opened> {
  const handle = await openUnfollowed(path)
  if (handle === undefined || 'flaw' in handle) return handle
  const found = await inspectOpened(path, handle, root, maxBytes).catch(({ code }: NodeJS.ErrnoException) =>
    unreadable(code),
  )
  if ('flaw' in found) await handle.close()
  return found
}

/** Does something with a file and closes it; gives the flaw of one that is not read. */
export async function withRegular<T>(
  path: string,
  enclosure: Enclosure,
  maxBytes: number,
  use: (file: RegularFile) => Promise<T>,
): Promise<T | { readonly flaw: string } | undefined> {
  const file = await openRegular(path, enclosure, maxBytes)
  if (file === undefined || 'flaw' in file) return file
  try {
    return await use(file)
  } finally {
    await file.handle.close()
  }
}

/** The bytes of a small file. */
export async function readRegular(path: string, enclosure: Enclosure, maxBytes: number) {
  return withRegular(path, enclosure, maxBytes, async (file) => ({ file, bytes: await bytesOf(file) }))
}

/** Its bytes one piece after the other, as many as it had when it was opened. */
export async function* piecesOf({ handle, size }: Pick<RegularFile, 'handle' | 'size'>): AsyncGenerator<Buffer> {
  for (let at = 0; at < size; ) {
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, size - at))
    const { bytesRead } = await handle.read(piece, 0, piece.length, at)
    if (bytesRead === 0) return
    at += bytesRead
    yield piece.subarray(0, bytesRead)
  }
}

const PIECE_BYTES = 1024 * 1024

async function bytesOf(file: RegularFile): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of piecesOf(file)) pieces.push(piece)
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces)
}

// Without O_NONBLOCK a named pipe would hold the reader up for ever. Windows has neither of the two.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
const LINK_CODES = new Set(['ELOOP', 'EMLINK'])

async function openUnfollowed(path: string): Promise<FileHandle | { readonly flaw: string } | undefined> {
  try {
    return await open(path, FLAGS)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    return { flaw: LINK_CODES.has(code) ? IS_LINK : (unreadable(code).flaw ?? IS_ODD) }
  }
}

function unreadable(code: string | undefined): { readonly flaw: string } {
  return { flaw: code === 'ENXIO' ? IS_ODD : `cannot be read (${code ?? 'no reason is known'})` }
}

/** What `openRegular` checks, of a file that is open already. Closes nothing. */
export async function inspectOpened(
  path: string,
  handle: FileHandle,
  root: string,
  maxBytes: number,
): Promise<RegularFile | { readonly flaw: string }> {
  const opened = await handle.stat({ bigint: true })
  if (!opened.isFile()) return { flaw: IS_ODD }
  const place = await placeOf(handle)
  const flaw = place === undefined ? await flawOfPath(path, opened, root) : flawOfPlace(place, root)
  if (flaw !== undefined) return { flaw }
  const size = Number(opened.size)
  if (size > maxBytes) return { flaw: `has ${size} bytes, ${maxBytes} are allowed` }
  return { handle, size, identity: identityOf(opened) }
}

/**
 * Where an open file lies, in the words of the kernel; undefined where it does not tell. The link is read and not resolved: to walk what
 * it says would follow whatever is there by then. Source: proc_pid_fd(5).
 */
async function placeOf(handle: FileHandle): Promise<string | undefined> {
  return process.platform === 'linux' ? readlink(`/proc/self/fd/${handle.fd}`).catch(() => undefined) : undefined
}

function flawOfPlace(place: string, root: string): string | undefined {
  // What cannot be reached from the root of this process has a name without a slash in front.
  return isAbsolute(place) && isWithin(root, place) ? undefined : LEADS_OUT
}

/** The second best: the path leads below the root, and to what is open. */
async function flawOfPath(path: string, opened: BigIntStats, root: string): Promise<string | undefined> {
  const place = join(await realpath(dirname(path)), basename(path))
  const there = await lstat(place, { bigint: true })
  if (there.isSymbolicLink()) return IS_LINK
  return isWithin(root, place) && identityOf(there) === identityOf(opened) ? undefined : LEADS_OUT
}

function identityOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`
}

async function isLink(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isSymbolicLink() === true
}

/** Says whether a path is a folder or lies below it. Both without links. */
export function isWithin(root: string, path: string): boolean {
  const way = relative(root, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}
