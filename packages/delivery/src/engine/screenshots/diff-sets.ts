import { type Action, type SetName, uploaded } from '../metadata/actions.ts'
import type { MediaFile, MediaKind, MediaSets, StoredMedia } from '../metadata/model.ts'

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

/** Pairs each file with one at Apple that has its content; one of the same name is preferred, and none serves twice. */
function matched(files: readonly MediaFile[], stored: readonly StoredMedia[]): readonly Match[] {
  const free = stored.filter(({ state }) => state === 'complete' || state === 'processing')
  const take = (file: MediaFile, fits: (one: StoredMedia) => boolean): StoredMedia | undefined => {
    const index = free.findIndex((one) => isSame(file, one) && fits(one))
    return index < 0 ? undefined : free.splice(index, 1)[0]
  }
  const byName = new Map(files.map((file) => [file, take(file, ({ name }) => name === file.name)]))
  return files.map((file) => ({ file, found: byName.get(file) ?? take(file, () => true) }))
}

function isSame(file: MediaFile, one: StoredMedia): boolean {
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
