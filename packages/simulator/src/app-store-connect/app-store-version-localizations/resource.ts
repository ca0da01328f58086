import { storeOf } from '../../world/team.ts'
import { PREVIEW_SETS } from '../app-preview-sets/kind.ts'
import { SCREENSHOT_SETS } from '../app-screenshot-sets/kind.ts'
import { versions } from '../app-store-versions/store.ts'
import type { AttributeShape } from '../json-api/body.ts'
import { invalidRelationship } from '../json-api/errors.ts'
import { equals } from '../json-api/filters.ts'
import type { Resource } from '../json-api/resource.ts'
import { textsOf } from '../json-api/texts.ts'
import { setsOf } from '../media-sets/state.ts'
import {
  changeVersionLocalization,
  createVersionLocalization,
  deleteVersionLocalization,
  VERSION_TEXTS,
} from './state.ts'
import { type VersionLocalizationRecord, versionLocalizations } from './store.ts'

const TEXT_SHAPES: Readonly<Record<string, AttributeShape>> = Object.fromEntries(
  VERSION_TEXTS.map((name) => [name, { kind: 'string', isNullable: true }]),
)

/** Texts of versions. Source: developer.apple.com/documentation/appstoreconnectapi/app-store-version-localizations */
export const versionLocalizationResource: Resource<VersionLocalizationRecord> = {
  type: 'appStoreVersionLocalizations',
  attributeNames: ['locale', ...VERSION_TEXTS],
  attributes: ({ description, locale, keywords, marketingUrl, promotionalText, supportUrl, whatsNew }) => ({
    description,
    locale,
    keywords,
    marketingUrl,
    promotionalText,
    supportUrl,
    whatsNew,
  }),
  relationships: {
    appStoreVersion: {
      kind: 'one',
      target: 'appStoreVersions',
      isIncludable: true,
      hasLinks: false,
      related: (record, scene) => [storeOf(scene.team, versions).get(record.versionId) ?? []].flat(),
    },
    appScreenshotSets: {
      kind: 'many',
      target: 'appScreenshotSets',
      isIncludable: true,
      relatedQuery: 'filters',
      related: (record, scene) => setsOf(scene, SCREENSHOT_SETS, record.id),
    },
    appPreviewSets: {
      kind: 'many',
      target: 'appPreviewSets',
      isIncludable: true,
      relatedQuery: 'filters',
      related: (record, scene) => setsOf(scene, PREVIEW_SETS, record.id),
    },
    searchKeywords: { kind: 'many', target: 'appKeywords', isIncludable: true, related: () => [] },
  },
  find: (scene, id) => storeOf(scene.team, versionLocalizations).get(id),
  filters: { locale: equals((record) => record.locale) },
  isReadable: true,
  create: {
    body: {
      attributes: { locale: { kind: 'string', isRequired: true }, ...TEXT_SHAPES },
      relationships: { appStoreVersion: { kind: 'one', target: 'appStoreVersions', isRequired: true } },
    },
    run({ attributes, relationships }, call) {
      const id = relationships.appStoreVersion?.[0] ?? ''
      const version = storeOf(call.team, versions).get(id)
      if (version === undefined) {
        throw invalidRelationship('appStoreVersion', `There is no resource of type 'appStoreVersions' with id '${id}'`)
      }
      return createVersionLocalization(call, version, String(attributes.locale), textsOf(attributes, VERSION_TEXTS))
    },
  },
  update: {
    body: { attributes: TEXT_SHAPES },
    run: ({ attributes }, call, record) => changeVersionLocalization(call, record, textsOf(attributes, VERSION_TEXTS)),
  },
  remove: (record, call) => deleteVersionLocalization(call, record),
  permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
}
