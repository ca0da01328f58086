import { type FileHandle, open } from 'node:fs/promises'
import { inflateSync } from 'node:zlib'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { appArchiveErrors, messageOf } from '../errors.ts'

const MAGIC = 0x78617221
const HEADER_BYTES = 28
/** The table of contents of the largest packages has some hundred kilobytes. */
const MAX_TOC_BYTES = 8 * 1024 * 1024

/** A file of an installer package, found by the table of contents. */
export interface XarEntry {
  /** With slashes: `Acme.pkg/PackageInfo`. */
  readonly name: string
  /** Place in the file, in bytes. */
  readonly offset: number
  /** Bytes in the archive. */
  readonly length: number
  /** Bytes when unpacked, as declared; reading holds the entry to it. */
  readonly size: number
  /** Media type of the encoding. */
  readonly encoding: string
}

/** An open xar archive, the container of installer packages. Whoever opened it closes it. */
export interface XarArchive {
  readonly path: string
  readonly bytes: number
  readonly entries: ReadonlyMap<string, XarEntry>
  /** It carries a signature; whether that is good is not looked at. */
  readonly isSigned: boolean
  /** Reads one file whole; no more than `limit` bytes are ever held. */
  read(entry: XarEntry, limit: number): Promise<Buffer>
  close(): Promise<void>
}

/**
 * Opens a xar archive and reads its table of contents; no content is read. The file is not trusted: places and sizes are checked.
 * Errors: `app_archive.not_found`, `unreadable`, `not_a_package`, `malformed`, `too_large`.
 * Source: the description of the format at github.com/mackyle/xar/wiki/xarformat.
 */
export async function openXar(path: string): Promise<XarArchive> {
  const file = await openFile(path)
  try {
    const { size: bytes } = await file.stat()
    const { toc, heap } = await readToc(path, file, bytes)
    const entries = new Map(filesIn(toc, '').map((entry) => [entry.name, { ...entry, offset: entry.offset + heap }]))
    for (const entry of entries.values()) {
      if (entry.offset + entry.length > bytes) throw malformed(path, `"${entry.name}" lies behind the end`)
    }
    return {
      ...{ path, bytes, entries },
      isSigned: child(toc, 'xar', 'toc', 'signature') !== undefined,
      read: (entry, limit) => readEntry(path, file, entry, limit),
      close: () => file.close(),
    }
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
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
      throw appArchiveErrors.not_found({ path }, { detail: `"${path}" does not exist`, cause })
    throw appArchiveErrors.unreadable({ path, reason: messageOf(cause) }, { detail: `"${path}"`, cause })
  }
  if ((await file.stat()).isFile()) return file
  await file.close()
  throw appArchiveErrors.unreadable({ path, reason: 'it is not a regular file' }, { detail: `"${path}"` })
}

function malformed(path: string, reason: string, cause?: unknown) {
  return appArchiveErrors.malformed({ path, reason }, { detail: `"${path}": ${reason}`, cause })
}

async function readAt(path: string, file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await file.read(bytes, 0, length, offset)
  if (bytesRead < length) throw malformed(path, 'the file ends too early')
  return bytes
}

async function readToc(path: string, file: FileHandle, size: number): Promise<{ toc: unknown; heap: number }> {
  const header = size < HEADER_BYTES ? Buffer.alloc(HEADER_BYTES) : await readAt(path, file, 0, HEADER_BYTES)
  if (header.readUInt32BE(0) !== MAGIC) {
    const reason = 'it does not begin as one'
    throw appArchiveErrors.not_a_package({ path, reason }, { detail: `"${path}": ${reason}` })
  }
  const start = header.readUInt16BE(4)
  const [packed, plain] = [Number(header.readBigUInt64BE(8)), Number(header.readBigUInt64BE(16))]
  const limit = MAX_TOC_BYTES
  if (packed > limit || plain > limit)
    throw appArchiveErrors.too_large(
      { path, name: 'table of contents', bytes: Math.max(packed, plain), limit },
      { detail: `"${path}": the table of contents is too large` },
    )
  if (start < HEADER_BYTES || start + packed > size) throw malformed(path, 'the table of contents lies behind the end')
  const text = inflate(path, await readAt(path, file, start, packed), plain).toString('utf8')
  return { toc: parseXml(path, 'the table of contents', text), heap: start + packed }
}

function inflate(path: string, bytes: Buffer, size: number): Buffer {
  try {
    const plain = inflateSync(bytes, { maxOutputLength: Math.max(size, 1) })
    if (plain.length === size) return plain
  } catch (cause) {
    throw malformed(path, messageOf(cause), cause)
  }
  throw malformed(path, 'something in it is smaller than it says')
}

/** Attributes get the prefix `@`; elements that may repeat are lists. Entities are not accepted. */
export function parseXml(path: string, what: string, text: string): unknown {
  if (/<!(ENTITY|DOCTYPE)/i.test(text)) throw malformed(path, `${what} declares a document type`)
  const answer = XMLValidator.validate(text)
  if (answer !== true) throw malformed(path, `${what}, line ${answer.err.line}: ${answer.err.msg}`)
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    parseAttributeValue: false,
    isArray: (name) => REPEATED.has(name),
  })
  return parser.parse(text)
}

const REPEATED = new Set(['file', 'pkg-ref', 'bundle', 'bundle-version', 'product'])

/** A child element by its path; undefined where there is none. */
export function child(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>(
    (at, name) => (typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined),
    value,
  )
}

/** The children of one name, as a list. */
export function childList(value: unknown, name: string): readonly unknown[] {
  const found = child(value, name)
  return Array.isArray(found) ? found : found === undefined || found === '' ? [] : [found]
}

function filesIn(toc: unknown, parent: string): XarEntry[] {
  const files = parent === '' ? childList(child(toc, 'xar', 'toc'), 'file') : childList(toc, 'file')
  return files.flatMap((file) => {
    const given = child(file, 'name')
    const own = typeof given === 'string' ? given : String(child(given, '#text') ?? '')
    const name = parent === '' ? own : `${parent}/${own}`
    const [offset, length, size] = ['offset', 'length', 'size'].map((key) => Number(child(file, 'data', key)))
    const isFile = [offset, length, size].every((number) => Number.isSafeInteger(number) && Number(number) >= 0)
    const encoding = String(child(file, 'data', 'encoding', '@style') ?? 'application/octet-stream')
    const entry = { name, offset: Number(offset), length: Number(length), size: Number(size), encoding }
    return [...(isFile ? [entry] : []), ...filesIn(file, name)]
  })
}

const PLAIN = 'application/octet-stream'
// The name is historical: what is meant is a zlib stream.
const ZLIB = 'application/x-gzip'

async function readEntry(path: string, file: FileHandle, entry: XarEntry, limit: number): Promise<Buffer> {
  const { name, length, size, offset, encoding } = entry
  const bytes = Math.max(length, size)
  if (bytes > limit)
    throw appArchiveErrors.too_large(
      { path, name, bytes, limit },
      { detail: `"${path}": "${name}" has ${bytes} bytes` },
    )
  const packed = await readAt(path, file, offset, length)
  if (encoding === PLAIN) return packed
  if (encoding === ZLIB) return inflate(path, packed, size)
  throw malformed(path, `"${name}" is packed as ${encoding.slice(0, 60)}`)
}
