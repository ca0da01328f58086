import { storeOf } from '../../world/team.ts'
import { versionLocalizations } from '../app-store-version-localizations/store.ts'
import { invalidRelationship } from '../json-api/errors.ts'
import { equals } from '../json-api/filters.ts'
import type { Relationship, Resource } from '../json-api/resource.ts'
import type { MediaKind, MediaSetRecord, MediumRecord } from './kind.ts'
import { createSet, deleteSet, mediaOf, orderMedia } from './state.ts'

// What a set may belong to beside a version's localization; none of it is played.
const ELSEWHERE = {
  appCustomProductPageLocalization: 'appCustomProductPageLocalizations',
  appStoreVersionExperimentTreatmentLocalization: 'appStoreVersionExperimentTreatmentLocalizations',
}

/** A table with a line for each place that is not played. */
function elsewhere<T>(line: (target: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(ELSEWHERE).map(([name, target]) => [name, line(target)]))
}

function absent(target: string): Relationship<MediaSetRecord> {
  return { kind: 'one', target, isIncludable: true, hasLinks: false, related: () => [] }
}

/** The resource of a kind of set. */
export function mediaSetResource<M extends MediumRecord>(kind: MediaKind<M>): Resource<MediaSetRecord> {
  const { sets, media, typeAttribute, displayTypes, word } = kind
  return {
    type: sets.name,
    attributeNames: [typeAttribute],
    attributes: ({ displayType }) => ({ [typeAttribute]: displayType }),
    relationships: {
      appStoreVersionLocalization: {
        kind: 'one',
        target: 'appStoreVersionLocalizations',
        isIncludable: true,
        hasLinks: false,
        related: (record, scene) => [storeOf(scene.team, versionLocalizations).get(record.localizationId) ?? []].flat(),
      },
      ...elsewhere(absent),
      [media.name]: {
        kind: 'many',
        target: media.name,
        isIncludable: true,
        relatedQuery: 'includes',
        isOrdered: true,
        related: (record, scene) => mediaOf(scene, kind, record),
        link: (record, ids, _how, call) => orderMedia(call, kind, record, ids),
      },
    },
    find: (scene, id) => storeOf(scene.team, sets).get(id),
    filters: {
      [typeAttribute]: equals((record) => record.displayType, displayTypes),
      ...elsewhere(() => ({ matches: () => false })),
    },
    isReadable: true,
    create: {
      body: {
        attributes: { [typeAttribute]: { kind: 'string', isRequired: true, values: displayTypes } },
        relationships: {
          appStoreVersionLocalization: { kind: 'one', target: 'appStoreVersionLocalizations' },
          ...elsewhere((target) => ({ kind: 'one' as const, target })),
        },
      },
      run({ attributes, relationships }, call) {
        const [id] = relationships.appStoreVersionLocalization ?? []
        if (id === undefined) {
          throw invalidRelationship('appStoreVersionLocalization', `You must name what the ${word}s belong to`)
        }
        return createSet(call, kind, id, String(attributes[typeAttribute]))
      },
    },
    remove: (record, call) => deleteSet(call, kind, record),
    permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
  }
}
