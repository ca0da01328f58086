import type { Perform } from '../transport/task.ts'
import { type RawResource, readResource } from './document.ts'
import { reference } from './operations.ts'
import type { Listed } from './paging.ts'
import { below, createOne, deleteOne, listAt, modifyOne } from './store-resource.ts'
import { type AppInfoLocalization, appInfoLocalizationShape } from './wire/app-info-localizations.ts'

/** What can be written of an app's own texts; null empties one. */
export type AppInfoTexts = {
  readonly [K in Exclude<keyof typeof appInfoLocalizationShape, 'locale'>]?: string | null
}

/** Texts of apps that are the same for all versions, one resource a language. */
export interface AppInfoLocalizations {
  /** All languages of an app info. Source: Apple, "List all app info localizations for an app info". */
  listOf(appInfoId: string): Promise<Listed<AppInfoLocalization>>
  /** Adds a language; it needs a name. Source: Apple, "Create an app info localization". */
  create(
    text: AppInfoTexts & { readonly appInfoId: string; readonly locale: string; readonly name: string },
  ): Promise<AppInfoLocalization>
  /** Changes texts. Source: Apple, "Modify an app info localization". */
  modify(id: string, texts: AppInfoTexts): Promise<AppInfoLocalization>
  /** Removes a language; not the primary one. Source: Apple, "Delete an app info localization". */
  delete(id: string): Promise<void>
}

const kind = {
  type: 'appInfoLocalizations',
  read: (raw: RawResource): AppInfoLocalization => readResource(appInfoLocalizationShape, raw),
}

/** The operations on an app's own texts. */
export function createAppInfoLocalizations(perform: Perform): AppInfoLocalizations {
  const listOf = (appInfoId: string) => listAt(perform, kind, below('appInfos', appInfoId, kind.type))
  return {
    listOf,
    create: ({ appInfoId, ...attributes }) =>
      createOne(perform, kind, { attributes, relationships: { appInfo: reference('appInfos', appInfoId) } }, async () =>
        (await listOf(appInfoId)).items.find(({ locale }) => locale === attributes.locale),
      ),
    modify: (id, texts) => modifyOne(perform, kind, id, { attributes: { ...texts } }),
    delete: (id) => deleteOne(perform, kind, id),
  }
}
