import type { Answer } from '../transport/answer.ts'
import type { Perform } from '../transport/task.ts'
import type { NewMedia } from './app-screenshots.ts'
import { includedOf, MAX_INCLUDED, type RawResource, readResource, relatedIds } from './document.ts'
import { reference, references } from './operations.ts'
import type { Listed } from './paging.ts'
import { below, createOne, deleteOne, linkAt, listAt, modifyOne } from './store-resource.ts'
import {
  type AppPreview,
  type AppPreviewSet,
  appPreviewSetShape,
  appPreviewShape,
  type PreviewType,
} from './wire/app-previews.ts'

/** A film that is announced. */
export interface NewPreview extends NewMedia {
  readonly mimeType: string
  /** The frame that stands for it, as `00:00:05:00`; Apple's choice if absent. */
  readonly frameTimeCode?: string
}

/** Previews and the sets that hold them. */
export interface AppPreviews {
  /** The sets of a version's language with their previews in order. Source: Apple, "List all app preview sets for a localization". */
  setsOf(versionLocalizationId: string): Promise<Listed<AppPreviewSet>>
  /** Makes the set of a display. Source: Apple, "Create an app preview set". */
  createSet(set: { readonly versionLocalizationId: string; readonly previewType: PreviewType }): Promise<AppPreviewSet>
  /** Deletes a set with all in it. Source: Apple, "Delete an app preview set". */
  deleteSet(id: string): Promise<void>
  /** The previews of a set, in order. Source: Apple, "List all app previews for a set". */
  listIn(setId: string): Promise<Listed<AppPreview>>
  /**
   * Announces a file; the answer says where its parts go. `isOurs` tells what this run has made already from what an unclear
   * answer may have left behind. Source: Apple, "Create an app preview".
   */
  reserve(file: NewPreview, isOurs?: (id: string) => boolean): Promise<AppPreview>
  /** Says that all parts are there. `checksum` is the MD5 of the file, in hexadecimal digits. Source: Apple, "Modify an app preview". */
  commit(id: string, checksum: string): Promise<AppPreview>
  /** Chooses the frame that stands for it. Source: Apple, "Modify an app preview". */
  setFrame(id: string, frameTimeCode: string): Promise<AppPreview>
  /** Source: Apple, "Delete an app preview". */
  delete(id: string): Promise<void>
  /** Sets the order; all of the set, each once. Source: Apple, "Replace all app previews for an app preview set". */
  order(setId: string, ids: readonly string[]): Promise<void>
}

const set = { type: 'appPreviewSets', read: readSet }
const preview = {
  type: 'appPreviews',
  read: (raw: RawResource): AppPreview => readResource(appPreviewShape, raw),
}

/** The operations on previews. */
export function createAppPreviews(perform: Perform): AppPreviews {
  const setsOf = (id: string) =>
    listAt(perform, set, below('appStoreVersionLocalizations', id, set.type), {
      include: [preview.type],
      [`limit[${preview.type}]`]: MAX_INCLUDED,
    })
  const listIn = (id: string) => listAt(perform, preview, below(set.type, id, preview.type))

  return {
    setsOf,
    createSet: ({ versionLocalizationId, previewType }) =>
      createOne(
        perform,
        set,
        {
          attributes: { previewType },
          relationships: {
            appStoreVersionLocalization: reference('appStoreVersionLocalizations', versionLocalizationId),
          },
        },
        async () => (await setsOf(versionLocalizationId)).items.find((one) => one.previewType === previewType),
      ),
    deleteSet: (id) => deleteOne(perform, set, id),
    listIn,
    reserve: ({ setId, fileName, fileSize, mimeType, frameTimeCode }, isOurs = () => false) =>
      createOne(
        perform,
        preview,
        {
          attributes: {
            fileName,
            fileSize,
            mimeType,
            ...(frameTimeCode !== undefined && { previewFrameTimeCode: frameTimeCode }),
          },
          relationships: { appPreviewSet: reference(set.type, setId) },
        },
        async () =>
          (await listIn(setId)).items.find(
            (one) =>
              one.fileName === fileName &&
              one.fileSize === fileSize &&
              stateOf(one) === 'AWAITING_UPLOAD' &&
              !isOurs(one.id),
          ),
      ),
    commit: (id, checksum) =>
      modifyOne(perform, preview, id, {
        attributes: { uploaded: true, sourceFileChecksum: checksum },
        isDone: (one) => stateOf(one) !== undefined && stateOf(one) !== 'AWAITING_UPLOAD',
      }),
    setFrame: (id, previewFrameTimeCode) => modifyOne(perform, preview, id, { attributes: { previewFrameTimeCode } }),
    delete: (id) => deleteOne(perform, preview, id),
    order: (setId, ids) =>
      linkAt(
        perform,
        below(set.type, setId, `relationships/${preview.type}`),
        references(preview.type, ids),
        async () => (await listIn(setId)).items.map(({ id }) => id).join() === ids.join(),
      ),
  }
}

function stateOf({ videoDeliveryState, assetDeliveryState }: AppPreview): string | undefined {
  return (videoDeliveryState ?? assetDeliveryState)?.state
}

// The set names its previews in their order; the included list need not be in it.
function readSet(raw: RawResource, answers: readonly Answer[]): AppPreviewSet {
  const included = new Map(
    answers.flatMap((answer) => includedOf(answer, preview.type)).map((one) => [one.id, preview.read(one)]),
  )
  const ids = relatedIds(raw, preview.type)?.ids ?? []
  return { ...readResource(appPreviewSetShape, raw), previews: ids.flatMap((id) => included.get(id) ?? []) }
}
