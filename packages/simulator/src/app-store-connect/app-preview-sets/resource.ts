import { storeOf } from '../../world/team.ts'
import { versionLocalizations } from '../app-store-version-localizations/store.ts'
import { invalidRelationship } from '../json-api/errors.ts'
import { equals } from '../json-api/filters.ts'
import type { Relationship, Resource } from '../json-api/resource.ts'
import { createPreviewSet, deletePreviewSet, orderPreviews, previewsOf } from './state.ts'
import { type PreviewSetRecord, previewSets } from './store.ts'

/** Kinds of displays that have previews. Source: Apple's document. */
export const PREVIEW_TYPES: readonly string[] = [
  ...['67', '61', '65', '58', '55', '47', '40', '35'].map((size) => `IPHONE_${size}`),
  ...['PRO_3GEN_129', 'PRO_3GEN_11', 'PRO_129', '105', '97'].map((size) => `IPAD_${size}`),
  'DESKTOP',
  'APPLE_TV',
  'APPLE_VISION_PRO',
]

function absent(target: string): Relationship<PreviewSetRecord> {
  return { kind: 'one', target, isIncludable: true, hasLinks: false, related: () => [] }
}

/** Previews of a localization for one kind of display. Source: developer.apple.com/documentation/appstoreconnectapi/app-preview-sets */
export const previewSetResource: Resource<PreviewSetRecord> = {
  type: 'appPreviewSets',
  attributeNames: ['previewType'],
  attributes: ({ previewType }) => ({ previewType }),
  relationships: {
    appStoreVersionLocalization: {
      kind: 'one',
      target: 'appStoreVersionLocalizations',
      isIncludable: true,
      hasLinks: false,
      related: (record, scene) => [storeOf(scene.team, versionLocalizations).get(record.localizationId) ?? []].flat(),
    },
    appCustomProductPageLocalization: absent('appCustomProductPageLocalizations'),
    appStoreVersionExperimentTreatmentLocalization: absent('appStoreVersionExperimentTreatmentLocalizations'),
    appPreviews: {
      kind: 'many',
      target: 'appPreviews',
      isIncludable: true,
      relatedQuery: 'includes',
      isOrdered: true,
      related: (record, scene) => previewsOf(scene, record),
      link: (record, ids, _how, call) => orderPreviews(call, record, ids),
    },
  },
  find: (scene, id) => storeOf(scene.team, previewSets).get(id),
  filters: {
    previewType: equals((record) => record.previewType, PREVIEW_TYPES),
    appCustomProductPageLocalization: { matches: () => false },
    appStoreVersionExperimentTreatmentLocalization: { matches: () => false },
  },
  isReadable: true,
  create: {
    body: {
      attributes: { previewType: { kind: 'string', isRequired: true, values: PREVIEW_TYPES } },
      relationships: {
        appStoreVersionLocalization: { kind: 'one', target: 'appStoreVersionLocalizations' },
        appCustomProductPageLocalization: { kind: 'one', target: 'appCustomProductPageLocalizations' },
        appStoreVersionExperimentTreatmentLocalization: {
          kind: 'one',
          target: 'appStoreVersionExperimentTreatmentLocalizations',
        },
      },
    },
    run({ attributes, relationships }, call) {
      const [id] = relationships.appStoreVersionLocalization ?? []
      if (id === undefined) {
        throw invalidRelationship('appStoreVersionLocalization', 'You must name what the previews belong to')
      }
      return createPreviewSet(call, id, String(attributes.previewType))
    },
  },
  remove: (record, call) => deletePreviewSet(call, record),
  permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
}
