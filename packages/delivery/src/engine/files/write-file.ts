import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { metadataErrors } from '../metadata/errors.ts'
import { type Enclosure, isWithin, LEADS_OUT } from './regular-file.ts'

/**
 * Writes a file whole or not at all, below the root and nowhere else: a link in its place is replaced and not written through. Folders on
 * the way are made. Throws `metadata.invalid` when one of them leads out, and when the file cannot be written.
 */
export async function writeWithin(path: string, content: string, enclosure: Enclosure): Promise<void> {
  const beginning = await beginFile(path, enclosure)
  await beginning.write(async (handle) => {
    await handle.writeFile(content)
  })
  await beginning.place()
}

/** A file that is being written beside its place. What fails leaves nothing behind, and the disk's own failures are `metadata.invalid`. */
export interface BegunFile {
  write<T>(use: (handle: FileHandle) => Promise<T>): Promise<T>
  /** Puts it in its place. */
  place(): Promise<void>
  /** Gives it up. */
  drop(): Promise<void>
}

/** Begins a file under a hidden name, so that readers see it whole. */
export async function beginFile(path: string, { root }: Enclosure): Promise<BegunFile> {
  const folder = dirname(path)
  // Before anything is made: making a folder would follow the link.
  if (!isWithin(root, await nearestThere(folder))) throw refused(folder, LEADS_OUT)
  await mkdir(folder, { recursive: true }).catch(({ code }: NodeJS.ErrnoException) => {
    throw refused(folder, code === 'EEXIST' || code === 'ENOTDIR' ? 'is no folder' : `cannot be made (${code})`)
  })
  const real = await realpath(folder)
  if (!isWithin(root, real)) throw refused(folder, LEADS_OUT)
  const beside = join(real, `.${randomUUID()}.part`)
  const drop = () => rm(beside, { force: true })
  const fail = async (error: unknown): Promise<never> => {
    await drop()
    throw refusedByDisk(path, error) ?? error
  }
  return {
    write: (use) => writeNew(beside, use).catch(fail),
    place: () => rename(beside, join(real, basename(path))).catch(fail),
    drop,
  }
}

async function writeNew<T>(path: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  // Fails when anything has this name.
  const handle = await open(path, 'wx')
  try {
    return await use(handle)
  } finally {
    await handle.close()
  }
}

const DISK_CALLS = new Set(['open', 'write', 'close', 'rename'])

/** Undefined for what went wrong elsewhere, such as on the network. */
function refusedByDisk(path: string, error: unknown) {
  const { code, syscall = '' } = error as NodeJS.ErrnoException
  if (!DISK_CALLS.has(syscall)) return undefined
  return refused(path, code === 'EISDIR' ? 'is a folder' : `cannot be written (${code})`)
}

/** The folder itself, or the nearest one above it that is there, without links. */
async function nearestThere(folder: string): Promise<string> {
  const real = await realpath(folder).catch(() => undefined)
  return real ?? (folder === dirname(folder) ? folder : await nearestThere(dirname(folder)))
}

function refused(file: string, message: string) {
  return metadataErrors.invalid({ fields: [{ field: file, message }] }, { detail: '1 mistake' })
}
