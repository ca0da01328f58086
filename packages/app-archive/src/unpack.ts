import { createWriteStream } from 'node:fs'
import { chmod, mkdir, symlink } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { isCordonError } from '@cordon/core/errors'
import { appArchiveErrors, messageOf } from './errors.ts'
import type { ZipArchive, ZipEntry } from './zip/open-zip.ts'
import { pipeEntry, readEntry, tooLarge } from './zip/read-entry.ts'

/** Larger than Apple lets an app be when it is unpacked. */
const MAX_TOTAL_BYTES = 16 * 1024 ** 3
const MAX_LINK_BYTES = 1_024

/** What an owner may do is never taken away, so that what was unpacked can be changed and removed. */
const FOLDER_MODE = 0o700
const FILE_MODE = 0o600

/**
 * Unpacks an archive into an empty folder. Nothing is written outside it: names were checked when the archive was opened,
 * nothing lies below a symlink, and symlinks are made last and may point inside only.
 * Errors: those of `pipeEntry`; `app_archive.too_large`, `unsafe_name`, `not_writable`.
 */
export async function unpack(archive: ZipArchive, folder: string): Promise<void> {
  const entries = [...archive.entries.values()]
  const total = entries.reduce((sum, { size }) => sum + size, 0)
  if (total > MAX_TOTAL_BYTES) throw tooLarge(archive, { name: 'all entries together' }, total, MAX_TOTAL_BYTES)
  const links = await checkedLinks(archive, entries)
  for (const entry of entries) {
    if (entry.kind === 'folder') await writing(archive, () => mkdir(join(folder, entry.name), { recursive: true }))
  }
  for (const entry of entries) if (entry.kind === 'file') await writeFile(archive, entry, folder)
  for (const { name, target } of links) await writing(archive, () => makeLink(join(folder, name), target))
}

async function writeFile(archive: ZipArchive, entry: ZipEntry, folder: string): Promise<void> {
  const path = join(folder, entry.name)
  await writing(archive, async () => {
    await mkdir(dirname(path), { recursive: true })
    // Whatever is there already is another entry under a name that the file system takes for the same.
    await pipeEntry(archive, entry, createWriteStream(path, { flags: 'wx', mode: FILE_MODE }))
    await chmod(path, (entry.mode ?? 0o644) | FILE_MODE)
  })
}

async function makeLink(path: string, target: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE })
  await symlink(target, path)
}

interface Link {
  readonly name: string
  readonly target: string
}

async function checkedLinks(archive: ZipArchive, entries: readonly ZipEntry[]): Promise<readonly Link[]> {
  const links: Link[] = []
  for (const entry of entries) {
    if (entry.kind !== 'symlink') continue
    const target = (await readEntry(archive, entry, MAX_LINK_BYTES)).toString('utf8')
    if (leadsOut(entry.name, target)) throw unsafe(archive, entry.name, 'it is a link that leads out of the archive')
    links.push({ name: entry.name, target })
  }
  const names = new Set(links.map(({ name }) => name))
  const below = entries.find(({ name }) => parentsOf(name).some((parent) => names.has(parent)))
  if (below !== undefined) throw unsafe(archive, below.name, 'it lies below a link')
  return links
}

/** Upwards only at its beginning: behind another link, `..` would lead elsewhere than the text says. */
const FORM = /^(?:\.\.\/)*(?:\.\.|(?!\.\.(?:\/|$))[^/]+(?:\/(?!\.\.(?:\/|$))[^/]+)*\/?)$/

function leadsOut(name: string, target: string): boolean {
  if (!FORM.test(target) || target.includes('\0')) return true
  const end = posix.normalize(posix.join(posix.dirname(name), target))
  return end === '..' || end.startsWith('../')
}

function parentsOf(name: string): string[] {
  const parts = name.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

function unsafe({ path }: ZipArchive, name: string, reason: string) {
  return appArchiveErrors.unsafe_name({ path, name, reason }, { detail: `"${path}": "${name}": ${reason}` })
}

async function writing<T>({ path }: ZipArchive, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (isCordonError(cause)) throw cause
    const reason = messageOf(cause)
    throw appArchiveErrors.not_writable({ path, reason }, { detail: `"${path}": ${reason}`, cause })
  }
}
