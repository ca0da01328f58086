import { storeOf } from '../../world/team.ts'
import { isInfoEditable } from '../app-infos/state.ts'
import { type AppInfoRecord, appInfos } from '../app-infos/store.ts'
import { stateError } from '../json-api/errors.ts'
import type { Resource } from '../json-api/resource.ts'
import { DECLARATION } from './questions.ts'

/** The questionnaire of an app info, under its id. Source: developer.apple.com/documentation/appstoreconnectapi/age-rating-declarations */
export const ageRatingDeclarationResource: Resource<AppInfoRecord> = {
  type: 'ageRatingDeclarations',
  attributeNames: Object.keys(DECLARATION),
  attributes: ({ ageRating }) =>
    Object.fromEntries(Object.keys(DECLARATION).map((name) => [name, ageRating?.[name] ?? null])),
  relationships: {},
  find: (scene, id) => storeOf(scene.team, appInfos).get(id),
  isReadable: false,
  update: {
    body: { attributes: DECLARATION },
    run({ attributes }, call, record) {
      if (!isInfoEditable(record)) throw stateError('The age rating can not be changed in the current state of the app')
      return storeOf(call.team, appInfos).change(record, { ageRating: { ...record.ageRating, ...attributes } })
    },
  },
  permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
}
