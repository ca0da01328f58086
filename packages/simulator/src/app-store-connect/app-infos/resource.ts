import { storeOf } from '../../world/team.ts'
import { categoryOf, isCategory } from '../app-categories/categories.ts'
import { apps } from '../apps/state.ts'
import type { RelationshipShape, WriteBody } from '../json-api/body.ts'
import { invalidRelationship, stateError } from '../json-api/errors.ts'
import type { Call, Relationship, Resource } from '../json-api/resource.ts'
import { infoLocalizationsOf, isInfoEditable, oldStateOf } from './state.ts'
import { type AppInfoRecord, appInfos, type CategoryPlace } from './store.ts'

const PLACES: readonly CategoryPlace[] = [
  'primaryCategory',
  'primarySubcategoryOne',
  'primarySubcategoryTwo',
  'secondaryCategory',
  'secondarySubcategoryOne',
  'secondarySubcategoryTwo',
]

/** Which ratings follow from the answers of the questionnaire is not simulated. */
const RATINGS = [
  'appStoreAgeRating',
  'australiaAgeRating',
  'brazilAgeRating',
  'brazilAgeRatingV2',
  'franceAgeRating',
  'koreaAgeRating',
  'kidsAgeBand',
] as const

function category(place: CategoryPlace): Relationship<AppInfoRecord> {
  return {
    kind: 'one',
    target: 'appCategories',
    isIncludable: true,
    relatedQuery: 'includes',
    related(record) {
      const id = record.categories[place]
      return id === undefined ? [] : [categoryOf(id)]
    },
  }
}

function changed({ relationships }: WriteBody, call: Call, record: AppInfoRecord): AppInfoRecord {
  const sent = PLACES.filter((place) => relationships[place] !== undefined)
  if (sent.length > 0 && !isInfoEditable(record))
    throw stateError('The app info can not be changed in its current state')
  const categories: Partial<Record<CategoryPlace, string>> = { ...record.categories }
  for (const place of sent) {
    const [id] = relationships[place] ?? []
    if (id === undefined) delete categories[place]
    else if (isCategory(id)) categories[place] = id
    else throw invalidRelationship(place, `There is no resource of type 'appCategories' with id '${id}'`)
  }
  return storeOf(call.team, appInfos).change(record, { categories })
}

/** What of an app is the same for all its versions. Source: developer.apple.com/documentation/appstoreconnectapi/app-infos */
export const appInfoResource: Resource<AppInfoRecord> = {
  type: 'appInfos',
  attributeNames: ['appStoreState', 'state', ...RATINGS],
  attributes: (record) => ({
    appStoreState: oldStateOf(record),
    state: record.state,
    ...Object.fromEntries(RATINGS.map((name) => [name, null])),
  }),
  relationships: {
    app: {
      kind: 'one',
      target: 'apps',
      isIncludable: true,
      hasLinks: false,
      related: (record, scene) => [storeOf(scene.team, apps).get(record.appId) ?? []].flat(),
    },
    ageRatingDeclaration: {
      kind: 'one',
      target: 'ageRatingDeclarations',
      isIncludable: true,
      // It has the info's id, and lies within it.
      related: (record) => [record],
    },
    appInfoLocalizations: {
      kind: 'many',
      target: 'appInfoLocalizations',
      isIncludable: true,
      relatedQuery: 'filters',
      related: (record, scene) => infoLocalizationsOf(scene, record.id),
    },
    ...Object.fromEntries(PLACES.map((place) => [place, category(place)])),
    territoryAgeRatings: { kind: 'many', target: 'territoryAgeRatings', isIncludable: false, related: () => [] },
  },
  find: (scene, id) => storeOf(scene.team, appInfos).get(id),
  isReadable: true,
  update: {
    body: {
      attributes: {},
      relationships: Object.fromEntries(
        PLACES.map((place): [string, RelationshipShape] => [
          place,
          { kind: 'one', target: 'appCategories', isNullable: true },
        ]),
      ),
    },
    run: changed,
  },
  permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
}
