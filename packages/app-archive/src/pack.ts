import { createWriteStream, type Stats } from 'node:fs'
import { lstat, readdir, readlink, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { appArchiveErrors, messageOf } from './errors.ts'

/** Already compressed, or not worth the time. */
const STORED = /\.(?:png|jpe?g|heic|mp[34]|m4[av]|car|zip|webp|gz)$/i

/**
 * Writes a folder's content as a zip archive, with modes and symlinks as they are. The file appears whole or not at all;
 * a file of that name is replaced. Throws `app_archive.not_writable`.
 */
export async function pack(folder: string, output: string): Promise<void> {
  const unfinished = join(dirname(output), `.${basename(output)}.${process.pid}`)
  try {
    const zip = new ZipFile()
    const written = pipeline(zip.outputStream, createWriteStream(unfinished, { flags: 'wx' }))
    // What fails while entries are added must not leave the stream's own failure unheard.
    written.catch(() => undefined)
    zip.once('error', (error) => zip.outputStream.emit('error', error))
    await addFolder(zip, folder, '')
    zip.end()
    await written
    await rename(unfinished, output)
  } catch (cause) {
    await rm(unfinished, { force: true })
    const reason = messageOf(cause)
    throw appArchiveErrors.not_writable({ path: output, reason }, { detail: `"${output}": ${reason}`, cause })
  }
}

async function addFolder(zip: ZipFile, folder: string, prefix: string): Promise<void> {
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name)
    const stats = await lstat(path)
    await addEntry(zip, path, `${prefix}${name}`, stats)
  }
}

async function addEntry(zip: ZipFile, path: string, name: string, stats: Stats): Promise<void> {
  const { mode, mtime } = stats
  if (stats.isDirectory()) {
    zip.addEmptyDirectory(name, { mode, mtime })
    await addFolder(zip, path, `${name}/`)
  } else if (stats.isSymbolicLink()) {
    zip.addBuffer(Buffer.from(await readlink(path)), name, { mode, mtime, compress: false })
  } else zip.addFile(path, name, { mode, mtime, compress: !STORED.test(name) })
}
