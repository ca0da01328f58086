import type { Perform } from '../transport/task.ts'
import { type RawResource, readResource } from './document.ts'
import { reference } from './operations.ts'
import type { Listed } from './paging.ts'
import { below, createOne, deleteOne, listAt, modifyOne } from './store-resource.ts'
import {
  type AppStoreVersionLocalization,
  appStoreVersionLocalizationShape,
} from './wire/app-store-version-localizations.ts'

/** What can be written of a version's texts; null empties one. */
export type AppStoreVersionTexts = {
  readonly [K in Exclude<keyof typeof appStoreVersionLocalizationShape, 'locale'>]?: string | null
}

/** Texts of versions, one resource a language. */
export interface AppStoreVersionLocalizations {
  /** All languages of a version. Source: Apple, "List all app store version localizations". */
  listOf(versionId: string): Promise<Listed<AppStoreVersionLocalization>>
  /** Adds a language; Apple refuses one that is there. Source: Apple, "Create an App Store version localization". */
  create(
    text: AppStoreVersionTexts & { readonly versionId: string; readonly locale: string },
  ): Promise<AppStoreVersionLocalization>
  /** Changes texts. Source: Apple, "Modify an App Store version localization". */
  modify(id: string, texts: AppStoreVersionTexts): Promise<AppStoreVersionLocalization>
  /** Removes a language with its screenshots; not the primary one. Source: Apple, "Delete an App Store version localization". */
  delete(id: string): Promise<void>
}

const kind = {
  type: 'appStoreVersionLocalizations',
  read: (raw: RawResource): AppStoreVersionLocalization => readResource(appStoreVersionLocalizationShape, raw),
}

/** The operations on texts of versions. */
export function createAppStoreVersionLocalizations(perform: Perform): AppStoreVersionLocalizations {
  const listOf = (versionId: string) => listAt(perform, kind, below('appStoreVersions', versionId, kind.type))
  return {
    listOf,
    create: ({ versionId, ...attributes }) =>
      createOne(
        perform,
        kind,
        { attributes, relationships: { appStoreVersion: reference('appStoreVersions', versionId) } },
        async () => (await listOf(versionId)).items.find(({ locale }) => locale === attributes.locale),
      ),
    modify: (id, texts) => modifyOne(perform, kind, id, { attributes: { ...texts } }),
    delete: (id) => deleteOne(perform, kind, id),
  }
}
