import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DAY_MS } from '@cordon/core/instant'
import { currentProcessMark, type ProcessMark, stillRuns } from '@cordon/signing/process-mark'
import { deliveryErrors } from './errors.ts'

/** What has to be known to go on with an upload after a crash. No URL and no key: both are asked for anew. */
export interface UploadRecord {
  readonly appId: string
  readonly uploadId: string
  /** Undefined: the run ended before the file was reserved. */
  readonly fileId: string | undefined
}

/** The record of one file's upload, and the lock that keeps a second process off it. Whoever opened it closes it. */
export interface UploadMemory {
  read(): Promise<UploadRecord | undefined>
  write(record: UploadRecord): Promise<void>
  forget(): Promise<void>
  /** Gives the lock back; the record stays. */
  close(): Promise<void>
}

const EDGE_BYTES = 1024 * 1024

/**
 * Names a file by its size and its first and last megabyte. The last one holds the directory of an .ipa, with the checksum of everything
 * in it; the first one that of a .pkg. So the whole file need not be read only to find its record.
 */
export async function fingerprintOf(file: FileHandle, bytes: number): Promise<string> {
  const hash = createHash('sha256').update(`${bytes}\n`)
  const edge = Buffer.alloc(Math.min(EDGE_BYTES, bytes))
  for (const position of [0, bytes - edge.length]) {
    const { bytesRead } = await file.read(edge, 0, edge.length, position)
    hash.update(edge.subarray(0, bytesRead))
  }
  return hash.digest('hex')
}

/**
 * Opens the record of a file's upload and locks it. Both files are readable by this user alone.
 * Errors: `delivery.upload_running`, `delivery.state_unwritable`.
 */
export async function openUploadMemory(folder: string, fingerprint: string, path: string): Promise<UploadMemory> {
  const place = join(folder, `${fingerprint}.json`)
  const lock = join(folder, `${fingerprint}.lock`)
  await writing(folder, () => mkdir(folder, { recursive: true, mode: 0o700 }))
  await takeLock(lock, path)
  await sweepOld(folder)
  const beat = setInterval(() => {
    const now = new Date()
    utimes(lock, now, now).catch(() => {})
  }, BEAT_MS)
  beat.unref()
  return {
    read: () => readRecord(place),
    write: (record) => writing(place, () => replace(place, JSON.stringify(record))),
    forget: () => rm(place, { force: true }),
    close: async () => {
      clearInterval(beat)
      await rm(lock, { force: true })
    },
  }
}

/** Addresses of an upload live seven days; after a month nobody comes back to its record. */
const FORGOTTEN_AFTER_MS = 30 * DAY_MS

async function sweepOld(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name)
    const info = /^[0-9a-f]{64}\.(json|lock)$/.test(name) ? await stat(path).catch(() => undefined) : undefined
    if (info !== undefined && Date.now() - info.mtimeMs > FORGOTTEN_AFTER_MS) await rm(path, { force: true })
  }
}

const BEAT_MS = 10_000
/** A lock of another machine or container, whose process cannot be seen, is dead when it has not been touched for so long. */
const SILENT_MS = 6 * BEAT_MS

async function takeLock(lock: string, path: string): Promise<void> {
  const mark = JSON.stringify(await currentProcessMark())
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      return await writeFile(lock, mark, { mode: 0o600, flag: 'wx' })
    } catch (cause) {
      if (!isCode(cause, 'EEXIST')) throw unwritable(lock, cause)
    }
    if (!(await isDead(lock))) break
    // Moved aside first: of two that see a dead lock, one moves it and the other finds nothing to move.
    await rename(lock, `${lock}.${process.pid}`).catch(() => {})
    await rm(`${lock}.${process.pid}`, { force: true })
  }
  throw deliveryErrors.upload_running({ path }, { detail: `"${path}"` })
}

async function isDead(lock: string): Promise<boolean> {
  const [text, info] = await Promise.all([
    readFile(lock, 'utf8').catch(() => undefined),
    stat(lock).catch(() => undefined),
  ])
  if (text === undefined || info === undefined) return true
  const isSilent = Date.now() - info.mtimeMs > SILENT_MS
  const mark = parseMark(text)
  return mark === undefined ? isSilent : !((await stillRuns(mark)) ?? !isSilent)
}

function parseMark(text: string): ProcessMark | undefined {
  const value = parseObject(text)
  const { scope, pid, start } = value
  if (typeof scope !== 'string' || typeof pid !== 'number' || typeof start !== 'string') return undefined
  return { scope, pid, start }
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

/** A record that cannot be understood counts as none: then the upload begins anew. */
async function readRecord(place: string): Promise<UploadRecord | undefined> {
  const { appId, uploadId, fileId } = parseObject(await readFile(place, 'utf8').catch(() => ''))
  if (typeof appId !== 'string' || typeof uploadId !== 'string' || uploadId === '') return undefined
  return { appId, uploadId, fileId: typeof fileId === 'string' ? fileId : undefined }
}

async function replace(place: string, text: string): Promise<void> {
  const unfinished = `${place}.${process.pid}`
  const file = await open(unfinished, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(unfinished, place)
}

async function writing(path: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write()
  } catch (cause) {
    throw unwritable(path, cause)
  }
}

function unwritable(path: string, cause: unknown) {
  return deliveryErrors.state_unwritable({ path }, { detail: `"${path}"`, cause })
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
