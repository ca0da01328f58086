import { storeOf } from '../../world/team.ts'
import { versionLocalizations } from '../app-store-version-localizations/store.ts'
import { invalidRelationship } from '../json-api/errors.ts'
import { equals } from '../json-api/filters.ts'
import type { Relationship, Resource } from '../json-api/resource.ts'
import { DISPLAY_TYPES } from './display-types.ts'
import { createScreenshotSet, deleteScreenshotSet, orderScreenshots, screenshotsOf } from './state.ts'
import { type ScreenshotSetRecord, screenshotSets } from './store.ts'

function absent(target: string): Relationship<ScreenshotSetRecord> {
  return { kind: 'one', target, isIncludable: true, hasLinks: false, related: () => [] }
}

/** Screenshots of a localization for one kind of display. Source: developer.apple.com/documentation/appstoreconnectapi/app-screenshot-sets */
export const screenshotSetResource: Resource<ScreenshotSetRecord> = {
  type: 'appScreenshotSets',
  attributeNames: ['screenshotDisplayType'],
  attributes: ({ displayType }) => ({ screenshotDisplayType: displayType }),
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
    appScreenshots: {
      kind: 'many',
      target: 'appScreenshots',
      isIncludable: true,
      relatedQuery: 'includes',
      isOrdered: true,
      related: (record, scene) => screenshotsOf(scene, record),
      link: (record, ids, _how, call) => orderScreenshots(call, record, ids),
    },
  },
  find: (scene, id) => storeOf(scene.team, screenshotSets).get(id),
  filters: {
    screenshotDisplayType: equals((record) => record.displayType, DISPLAY_TYPES),
    appCustomProductPageLocalization: { matches: () => false },
    appStoreVersionExperimentTreatmentLocalization: { matches: () => false },
  },
  isReadable: true,
  create: {
    body: {
      attributes: { screenshotDisplayType: { kind: 'string', isRequired: true, values: DISPLAY_TYPES } },
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
        throw invalidRelationship('appStoreVersionLocalization', 'You must name what the screenshots belong to')
      }
      return createScreenshotSet(call, id, String(attributes.screenshotDisplayType))
    },
  },
  remove: (record, call) => deleteScreenshotSet(call, record),
  permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
}
