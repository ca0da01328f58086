import { type Action, type SetName, uploaded } from '../metadata/actions.ts'
import type { MediaFile, MediaKind, MediaSets, StoredMedia } from '../metadata/model.ts'
import { uploadKey } from './copies.ts'

/** What to write so that each wanted set is at Apple, in its order. Sets that are not wanted stay, unless `prune`. */
export function diffSets(
  media: MediaKind,
  wanted: MediaSets<MediaFile>,
  stored: MediaSets<StoredMedia>,
  prune: boolean,
): readonly Action[] {
  const written = Object.entries(wanted).flatMap(([locale, types]) =>
    Object.entries(types).flatMap(([type, files]) =>
      diffSet({ media, locale, type }, files, stored[locale]?.[type] ?? []),
    ),
  )
  return prune ? [...written, ...goneSets(media, wanted, stored)] : written
}

function goneSets(media: MediaKind, wanted: MediaSets<MediaFile>, stored: MediaSets<StoredMedia>): readonly Action[] {
  const all = Object.entries(stored).flatMap(([locale, types]) => Object.keys(types).map((type) => ({ locale, type })))
  return all
    .filter(({ locale, type }) => wanted[locale]?.[type] === undefined)
    .map(({ locale, type }) => ({ kind: 'delete-set', media, locale, type, reason: 'the folder has none for it' }))
}

function diffSet(set: SetName, files: readonly MediaFile[], stored: readonly StoredMedia[]): readonly Action[] {
  const matches = matched(files, stored)
  const kept = new Set(matches.flatMap(({ found }) => found?.id ?? []))
  const gone = stored.filter(({ id }) => !kept.has(id))
  const missing = matches.filter(({ found }) => found === undefined).map(({ file }) => file)
  const order = matches.map(({ file, found }) => found?.id ?? uploaded(file.path))
  const isInOrder =
    order.join() ===
    stored
      .filter(({ id }) => kept.has(id))
      .map(({ id }) => id)
      .join()
  return [
    // First, so that there is room for the new ones.
    ...gone.map(
      (one): Action => ({ ...set, kind: 'delete-media', id: one.id, name: one.name, reason: whyGone(one, files) }),
    ),
    ...missing.map((file): Action => ({ ...set, kind: 'upload-media', file, reason: whyMissing(file, gone) })),
    ...matches.flatMap(({ file, found }) => frameAction(set, file, found)),
    ...(order.length > 1 && !isInOrder
      ? [
          {
            ...set,
            kind: 'order-media' as const,
            order,
            reason: missing.length > 0 ? 'files are new' : 'the order differs',
          },
        ]
      : []),
  ]
}

interface Match {
  readonly file: MediaFile
  readonly found: StoredMedia | undefined
}

/** What at Apple is a file's own content, by checksum or where there is none by name and size; then what it is a copy of. */
const KEYS: readonly ((file: MediaFile) => string | undefined)[] = [
  uploadKey,
  ({ name, size }) => uploadKey({ name, size, checksum: undefined }),
  ({ copyOf }) => copyOf,
]

/**
 * Pairs each file with one at Apple that has its content, and none serves twice. Those of equal content are paired in their order, so
 * that after a push nothing is left to order.
 */
function matched(files: readonly MediaFile[], stored: readonly StoredMedia[]): readonly Match[] {
  const free = new Map<string, StoredMedia[]>()
  for (const one of stored.filter(({ state }) => state === 'complete' || state === 'processing'))
    free.set(uploadKey(one), [...(free.get(uploadKey(one)) ?? []), one])
  const left = new Map([...free].map(([key, items]) => [key, items.length]))
  const keys = new Map<MediaFile, string>()
  for (const keyOf of KEYS) {
    for (const file of files.filter((one) => !keys.has(one))) {
      const key = keyOf(file)
      const count = left.get(key ?? '') ?? 0
      if (key === undefined || count === 0) continue
      keys.set(file, key)
      left.set(key, count - 1)
    }
  }
  return files.map((file) => ({ file, found: free.get(keys.get(file) ?? '')?.shift() }))
}

/** Says whether a file is what is at Apple, or the copy that Apple has shown of it. */
export function isSame(file: MediaFile, one: StoredMedia): boolean {
  if (file.copyOf !== undefined && file.copyOf === uploadKey(one)) return true
  if (one.checksum !== undefined) return one.checksum.toLowerCase() === file.checksum
  return one.name === file.name && one.size === file.size
}

function frameAction(set: SetName, { frame }: MediaFile, found: StoredMedia | undefined): readonly Action[] {
  if (found === undefined || frame === undefined || found.frame === frame) return []
  return [{ ...set, kind: 'set-frame', id: found.id, name: found.name, frame, reason: 'another frame is chosen' }]
}

function whyGone(one: StoredMedia, files: readonly MediaFile[]): string {
  if (one.state === 'failed') return 'Apple could not use it'
  if (one.state === 'waiting') return 'its upload was never finished'
  if (files.some((file) => isSame(file, one))) return 'it is there twice'
  return files.some(({ name }) => name === one.name) ? 'its content changed' : 'it is not in the folder'
}

function whyMissing(file: MediaFile, gone: readonly StoredMedia[]): string {
  const former = gone.find(({ name }) => name === file.name)
  if (former === undefined) return 'it is not at Apple'
  return former.state === 'complete' || former.state === 'processing'
    ? 'its content changed'
    : 'the former upload failed'
}
