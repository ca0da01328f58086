import { realpath } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import { openRegular } from '../files/regular-file.ts'
import { type Action, type ActionOf, type SetName, uploaded } from '../metadata/actions.ts'
import { metadataErrors } from '../metadata/errors.ts'
import { inParallel } from '../metadata/in-parallel.ts'
import type { MediaFile, StoredMedia } from '../metadata/model.ts'
import { setKey } from '../metadata/observe.ts'
import type { UploadSource } from '../metadata/port.ts'
import type { PushContext } from '../metadata/push-context.ts'
import { isRefusal } from '../metadata/refusal.ts'

/** A file that Apple did not take, and why. */
export interface MediaFailure {
  readonly field: string
  readonly message: string
}

interface Work {
  readonly setIds: ReadonlyMap<string, string>
  /** Handles of the version's texts by language. */
  readonly textIds: Readonly<Record<string, string>>
  readonly finished: (action: Action) => void
  readonly context: PushContext
}

type MediaAction = ActionOf<'upload-media' | 'delete-media' | 'set-frame' | 'order-media' | 'delete-set'>

/** One file that was sent, while Apple has not said yes or no. */
interface Sent {
  readonly set: SetName
  readonly setId: string
  readonly file: MediaFile
  readonly stored: StoredMedia
}

/** Files of one set under way at once; sets are worked on in parallel besides. */
const FILES_WIDTH = 4
const SETS_WIDTH = 6

/**
 * Carries out what concerns pictures and films, set by set in parallel, and follows Apple's work on them. Gives the files that Apple
 * could not use. Throws `metadata.media_unfinished` when Apple takes too long.
 */
export async function uploadAll(actions: readonly Action[], work: Work): Promise<readonly MediaFailure[]> {
  const groups = groupBySet(actions.filter(isMediaAction))
  const sent: Sent[] = []
  const refused: MediaFailure[] = []
  const ours = new Set<string>()
  await inParallel(
    groups,
    async (group) => {
      try {
        sent.push(...(await workOnSet(group, work, ours)))
      } catch (error) {
        if (!isRefusal(error)) throw error
        const [{ locale, type } = { locale: '', type: '' }] = group
        refused.push({ field: `${locale} ${type}`, message: error.detail ?? error.title })
      }
    },
    SETS_WIDTH,
  )
  return [...refused, ...(await follow(sent, work.context))]
}

function isMediaAction(action: Action): action is MediaAction {
  return 'media' in action
}

function groupBySet(actions: readonly MediaAction[]): readonly (readonly MediaAction[])[] {
  const groups = new Map<string, MediaAction[]>()
  for (const action of actions) {
    const key = setKey(action.media, action.locale, action.type)
    groups.set(key, [...(groups.get(key) ?? []), action])
  }
  return [...groups.values()]
}

async function workOnSet(group: readonly MediaAction[], work: Work, ours: Set<string>): Promise<readonly Sent[]> {
  const [first] = group
  if (first === undefined) return []
  const { port, signal } = work.context
  const setId = await setFor(first, group, work)
  const of = <K extends MediaAction['kind']>(kind: K) =>
    group.filter((action): action is Extract<MediaAction, { readonly kind: K }> => action.kind === kind)
  const once = async <A extends Action>(list: readonly A[], write: (action: A) => Promise<unknown>, width: number) =>
    inParallel(
      list,
      async (action) => {
        signal?.throwIfAborted()
        await write(action)
        work.finished(action)
      },
      width,
    )
  if (setId === undefined) return []
  await once(of('delete-set'), () => port.deleteSet(first.media, setId), 1)
  await once(of('delete-media'), ({ id }) => port.deleteItem(first.media, id), FILES_WIDTH)
  const sent: Sent[] = []
  const upload = async ({ file }: ActionOf<'upload-media'>) => {
    const stored = await uploadFile(first, setId, file, work.context, ours)
    sent.push({ set: first, setId, file, stored })
  }
  await once(of('upload-media'), upload, FILES_WIDTH)
  await once(of('set-frame'), ({ id, frame }) => port.setFrame(id, frame), FILES_WIDTH)
  const idOf = new Map(sent.map(({ file, stored }) => [uploaded(file.path), stored.id]))
  await once(
    of('order-media'),
    ({ order }) =>
      port.order(
        first.media,
        setId,
        order.map((id) => idOf.get(id) ?? id),
      ),
    1,
  )
  return sent
}

async function setFor(name: SetName, group: readonly MediaAction[], { setIds, textIds, context }: Work) {
  const known = setIds.get(setKey(name.media, name.locale, name.type))
  const textId = textIds[name.locale]
  // Without its language, which Apple has refused, a set has no place; the refusal is told.
  if (known !== undefined || textId === undefined || !group.some(({ kind }) => kind === 'upload-media')) return known
  return context.port.createSet(name.media, textId, name.type)
}

const MIME_TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.mp4': 'video/mp4',
  '.m4v': 'video/x-m4v',
  '.mov': 'video/quicktime',
}

async function uploadFile(
  { media }: SetName,
  setId: string,
  file: MediaFile,
  { port }: PushContext,
  ours: Set<string>,
): Promise<StoredMedia> {
  const handle = await openAsRead(file)
  try {
    const source: UploadSource = {
      name: file.name,
      size: file.size,
      checksum: file.checksum,
      mimeType: MIME_TYPES[extname(file.name).toLowerCase()] ?? 'application/octet-stream',
      frame: file.frame,
      read: async (offset, length) => {
        const bytes = new Uint8Array(length)
        const { bytesRead } = await handle.read(bytes, 0, length, offset)
        return bytes.subarray(0, bytesRead)
      },
    }
    const stored = await port.upload(media, setId, source, (id) => ours.has(id))
    ours.add(stored.id)
    return stored
  } finally {
    await handle.close()
  }
}

/** Opens the very file that was looked at; another one in its place is not sent. Throws `metadata.file_changed`. */
async function openAsRead({ path, name, size, identity }: MediaFile) {
  const opened = await openRegular(path, { root: await realpath(dirname(path)).catch(() => dirname(path)) }, size)
  if (opened === undefined || 'flaw' in opened) throw changed(name, opened?.flaw ?? 'is gone')
  if (opened.size === size && (identity ?? opened.identity) === opened.identity) return opened.handle
  await opened.handle.close()
  throw changed(name, 'is another file now')
}

function changed(file: string, flaw: string) {
  return metadataErrors.file_changed({ file }, { detail: `"${file}" ${flaw}` })
}

const FOLLOW_MS = 20 * 60_000
const FIRST_WAIT_MS = 2_000
const LONGEST_WAIT_MS = 15_000

async function follow(sent: readonly Sent[], context: PushContext): Promise<readonly MediaFailure[]> {
  const states = new Map(sent.map((one) => [one.stored.id, one.stored]))
  const pending = () => sent.filter(({ stored: { id } }) => isPending(states.get(id)))
  let left = context.followMs ?? FOLLOW_MS
  for (let wait = FIRST_WAIT_MS; pending().length > 0; wait = Math.min(wait * 1.5, LONGEST_WAIT_MS)) {
    const now = pending()
    context.onProgress({ kind: 'following', left: now.length })
    if (left <= 0) throw unfinished(now)
    await context.sleep(wait, context.signal)
    left -= wait
    const sets = new Map(now.map((one) => [one.setId, one.set.media]))
    await inParallel([...sets], async ([setId, media]) => {
      // Right after the commit a list need not have the file yet: what is not in it stays as it was.
      for (const item of await context.port.listItems(media, setId)) states.set(item.id, item)
    })
  }
  return sent.flatMap(({ set, file, stored: { id } }) => failureOf(set, file, states.get(id)))
}

function isPending(item: StoredMedia | undefined): boolean {
  return item?.state === 'processing' || item?.state === 'waiting'
}

function failureOf(set: SetName, file: MediaFile, item: StoredMedia | undefined): readonly MediaFailure[] {
  if (item?.state !== 'failed') return []
  const why = item.errors.join('; ') || 'Apple gives no reason'
  return [{ field: `${set.locale}/${file.name} (${set.type})`, message: why }]
}

function unfinished(sent: readonly Sent[]) {
  const fields = sent.map(({ set, file }) => ({
    field: `${set.locale}/${file.name}`,
    message: 'Apple still works on it',
  }))
  return metadataErrors.media_unfinished({ fields })
}
