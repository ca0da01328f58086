import { join } from 'node:path'
import { type Enclosure, readRegular } from '../files/regular-file.ts'
import { writeWithin } from '../files/write-file.ts'
import type { Media } from '../metadata/model.ts'

/**
 * Which pictures of a folder are Apple's copies, and of what. Apple shows a picture in bytes of its own and tells the MD5 of the upload:
 * without this a picture that was pulled would count as another one.
 */
export type Copies = ReadonlyMap<string, string>

/** Beside the folders of languages; hidden, so that nothing else takes it for one. It belongs into the repository with the pictures. */
export const COPIES_FILE = '.pulled-from-apple.json'
const MAX_BYTES = 1024 * 1024
const MD5 = /^[0-9a-f]{32}$/

/** What tells an upload from others, as Apple tells it. */
export function uploadKey({ checksum, name, size }: Media): string {
  return checksum?.toLowerCase() ?? `${size} ${name}`
}

/** Reads which pictures are copies; a missing file says that none is. */
export async function readCopies(
  folder: string,
  enclosure: Enclosure,
): Promise<{ readonly copies: Copies; readonly flaw?: string }> {
  const read = await readRegular(join(folder, COPIES_FILE), enclosure, MAX_BYTES)
  if (read === undefined) return { copies: new Map() }
  if ('flaw' in read) return { copies: new Map(), flaw: read.flaw }
  const pairs = pairsIn(read.bytes.toString('utf8'))
  return pairs === undefined
    ? { copies: new Map(), flaw: 'is no list of pulled pictures; mend it, or delete it and pull with --overwrite' }
    : { copies: new Map(pairs) }
}

function pairsIn(text: string): readonly (readonly [string, string])[] | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const pairs = Object.entries(value)
  return pairs.every((pair): pair is [string, string] => MD5.test(pair[0]) && typeof pair[1] === 'string')
    ? pairs
    : undefined
}

/** Writes which pictures are copies, in an order that changes little from pull to pull. */
export async function writeCopies(folder: string, copies: Copies, enclosure: Enclosure): Promise<void> {
  const sorted = Object.fromEntries([...copies].sort(([a], [b]) => (a < b ? -1 : 1)))
  await writeWithin(join(folder, COPIES_FILE), `${JSON.stringify(sorted, null, 2)}\n`, enclosure)
}
