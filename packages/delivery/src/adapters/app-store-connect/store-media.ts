import type { StoreListing } from '@cordon/apple/app-store-connect/store-listing'
import type { MediaKind, StoredMedia } from '../../engine/metadata/model.ts'
import type { StorePort, StoreSet, UploadSource } from '../../engine/metadata/port.ts'
import { type SendContext, sendFile } from './send-file.ts'
import { storedPreview, storedScreenshot } from './store-readings.ts'

type MediaPort = Pick<
  StorePort,
  'listSets' | 'createSet' | 'deleteSet' | 'listItems' | 'upload' | 'deleteItem' | 'setFrame' | 'order'
>

/** What differs between pictures and films. */
interface KindPort {
  listSets(textId: string): Promise<readonly StoreSet[]>
  createSet(textId: string, type: string): Promise<string>
  deleteSet(id: string): Promise<void>
  listItems(setId: string): Promise<readonly StoredMedia[]>
  upload(setId: string, file: UploadSource, isOurs: (id: string) => boolean): Promise<StoredMedia>
  deleteItem(id: string): Promise<void>
  order(setId: string, ids: readonly string[]): Promise<void>
}

/** The part of the port that has to do with pictures and films. */
export function createStoreMedia(apple: StoreListing, context: SendContext): MediaPort {
  const kinds: Readonly<Record<MediaKind, KindPort>> = {
    screenshots: screenshotPort(apple, context),
    previews: previewPort(apple, context),
  }
  return {
    listSets: (media, textId) => kinds[media].listSets(textId),
    createSet: (media, textId, type) => kinds[media].createSet(textId, type),
    deleteSet: (media, id) => kinds[media].deleteSet(id),
    listItems: (media, setId) => kinds[media].listItems(setId),
    upload: (media, setId, file, isOurs) => kinds[media].upload(setId, file, isOurs),
    deleteItem: (media, id) => kinds[media].deleteItem(id),
    setFrame: async (id, frame) => void (await apple.appPreviews.setFrame(id, frame)),
    order: (media, setId, ids) => kinds[media].order(setId, ids),
  }
}

function screenshotPort({ appScreenshots }: StoreListing, context: SendContext): KindPort {
  return {
    listSets: async (textId) =>
      (await appScreenshots.setsOf(textId)).items.map(({ id, screenshotDisplayType = '', screenshots }) => ({
        ...{ id, type: screenshotDisplayType, items: screenshots.map(storedScreenshot) },
      })),
    createSet: async (versionLocalizationId, displayType) =>
      (await appScreenshots.createSet({ versionLocalizationId, displayType })).id,
    deleteSet: (id) => appScreenshots.deleteSet(id),
    listItems: async (setId) => (await appScreenshots.listIn(setId)).items.map(storedScreenshot),
    upload: async (setId, file, isOurs) => {
      const reserved = await appScreenshots.reserve({ setId, fileName: file.name, fileSize: file.size }, isOurs)
      await sendFile(file, reserved.uploadOperations ?? [], context)
      return storedScreenshot(await appScreenshots.commit(reserved.id, file.checksum))
    },
    deleteItem: (id) => appScreenshots.delete(id),
    order: (setId, ids) => appScreenshots.order(setId, ids),
  }
}

function previewPort({ appPreviews }: StoreListing, context: SendContext): KindPort {
  return {
    listSets: async (textId) =>
      (await appPreviews.setsOf(textId)).items.map(({ id, previewType = '', previews }) => ({
        ...{ id, type: previewType, items: previews.map(storedPreview) },
      })),
    createSet: async (versionLocalizationId, previewType) =>
      (await appPreviews.createSet({ versionLocalizationId, previewType })).id,
    deleteSet: (id) => appPreviews.deleteSet(id),
    listItems: async (setId) => (await appPreviews.listIn(setId)).items.map(storedPreview),
    upload: async (setId, file, isOurs) => {
      const { name: fileName, size: fileSize, mimeType, frame: frameTimeCode } = file
      const announced = { setId, fileName, fileSize, mimeType, ...(frameTimeCode !== undefined && { frameTimeCode }) }
      const reserved = await appPreviews.reserve(announced, isOurs)
      await sendFile(file, reserved.uploadOperations ?? [], context)
      return storedPreview(await appPreviews.commit(reserved.id, file.checksum))
    },
    deleteItem: (id) => appPreviews.delete(id),
    order: (setId, ids) => appPreviews.order(setId, ids),
  }
}
