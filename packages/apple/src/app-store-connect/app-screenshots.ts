import type { Answer } from '../transport/answer.ts'
import type { Perform } from '../transport/task.ts'
import { includedOf, MAX_INCLUDED, type RawResource, readResource, relatedIds } from './document.ts'
import { reference, references } from './operations.ts'
import type { Listed } from './paging.ts'
import { below, createOne, deleteOne, linkAt, listAt, modifyOne } from './store-resource.ts'
import {
  type AppScreenshot,
  type AppScreenshotSet,
  appScreenshotSetShape,
  appScreenshotShape,
  type ScreenshotDisplayType,
} from './wire/app-screenshots.ts'

/** A file that is announced. */
export interface NewMedia {
  readonly setId: string
  readonly fileName: string
  /** Bytes. */
  readonly fileSize: number
}

/** Screenshots and the sets that hold them. */
export interface AppScreenshots {
  /** The sets of a version's language with their screenshots in order. Source: Apple, "List all app screenshot sets for a localization". */
  setsOf(versionLocalizationId: string): Promise<Listed<AppScreenshotSet>>
  /** Makes the set of a display. Source: Apple, "Create an app screenshot set". */
  createSet(set: {
    readonly versionLocalizationId: string
    readonly displayType: ScreenshotDisplayType
  }): Promise<AppScreenshotSet>
  /** Deletes a set with all in it. Source: Apple, "Delete an app screenshot set". */
  deleteSet(id: string): Promise<void>
  /** The screenshots of a set, in order. Source: Apple, "List all app screenshots for a set". */
  listIn(setId: string): Promise<Listed<AppScreenshot>>
  /**
   * Announces a file; the answer says where its parts go. `isOurs` tells what this run has made already from what an unclear
   * answer may have left behind. Source: Apple, "Create an app screenshot".
   */
  reserve(file: NewMedia, isOurs?: (id: string) => boolean): Promise<AppScreenshot>
  /** Says that all parts are there. `checksum` is the MD5 of the file, in hexadecimal digits. Source: Apple, "Modify an app screenshot". */
  commit(id: string, checksum: string): Promise<AppScreenshot>
  /** Source: Apple, "Delete an app screenshot". */
  delete(id: string): Promise<void>
  /** Sets the order; all of the set, each once. Source: Apple, "Replace all app screenshots for an app screenshot set". */
  order(setId: string, ids: readonly string[]): Promise<void>
}

const set = { type: 'appScreenshotSets', read: readSet }
const screenshot = {
  type: 'appScreenshots',
  read: (raw: RawResource): AppScreenshot => readResource(appScreenshotShape, raw),
}

/** The operations on screenshots. */
export function createAppScreenshots(perform: Perform): AppScreenshots {
  const setsOf = (id: string) =>
    listAt(perform, set, below('appStoreVersionLocalizations', id, set.type), {
      include: [screenshot.type],
      [`limit[${screenshot.type}]`]: MAX_INCLUDED,
    })
  const listIn = (id: string) => listAt(perform, screenshot, below(set.type, id, screenshot.type))

  return {
    setsOf,
    createSet: ({ versionLocalizationId, displayType }) =>
      createOne(
        perform,
        set,
        {
          attributes: { screenshotDisplayType: displayType },
          relationships: {
            appStoreVersionLocalization: reference('appStoreVersionLocalizations', versionLocalizationId),
          },
        },
        async () =>
          (await setsOf(versionLocalizationId)).items.find((one) => one.screenshotDisplayType === displayType),
      ),
    deleteSet: (id) => deleteOne(perform, set, id),
    listIn,
    reserve: ({ setId, fileName, fileSize }, isOurs = () => false) =>
      createOne(
        perform,
        screenshot,
        { attributes: { fileName, fileSize }, relationships: { appScreenshotSet: reference(set.type, setId) } },
        async () =>
          (await listIn(setId)).items.find(
            (one) =>
              one.fileName === fileName &&
              one.fileSize === fileSize &&
              one.assetDeliveryState?.state === 'AWAITING_UPLOAD' &&
              !isOurs(one.id),
          ),
      ),
    commit: (id, checksum) =>
      modifyOne(perform, screenshot, id, {
        attributes: { uploaded: true, sourceFileChecksum: checksum },
        isDone: ({ assetDeliveryState }) =>
          assetDeliveryState !== undefined && assetDeliveryState.state !== 'AWAITING_UPLOAD',
      }),
    delete: (id) => deleteOne(perform, screenshot, id),
    order: (setId, ids) =>
      linkAt(
        perform,
        below(set.type, setId, `relationships/${screenshot.type}`),
        references(screenshot.type, ids),
        async () => (await listIn(setId)).items.map(({ id }) => id).join() === ids.join(),
      ),
  }
}

// The set names its screenshots in their order; the included list need not be in it.
function readSet(raw: RawResource, answers: readonly Answer[]): AppScreenshotSet {
  const included = new Map(
    answers.flatMap((answer) => includedOf(answer, screenshot.type)).map((one) => [one.id, screenshot.read(one)]),
  )
  const ids = relatedIds(raw, screenshot.type)?.ids ?? []
  return { ...readResource(appScreenshotSetShape, raw), screenshots: ids.flatMap((id) => included.get(id) ?? []) }
}
