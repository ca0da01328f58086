import { storeOf } from '../../world/team.ts'
import { externalStateOf, internalStateOf } from '../builds/states.ts'
import { type BuildRecord, builds } from '../builds/store.ts'
import { equals } from '../json-api/filters.ts'
import type { Resource } from '../json-api/resource.ts'

/** How a build stands with its testers; one for each build, with the build's id. Source: developer.apple.com/documentation/appstoreconnectapi/build-beta-details */
export const buildBetaDetailResource: Resource<BuildRecord> = {
  type: 'buildBetaDetails',
  attributeNames: ['autoNotifyEnabled', 'internalBuildState', 'externalBuildState'],
  attributes: (record, scene) => ({
    autoNotifyEnabled: record.autoNotifyEnabled,
    internalBuildState: internalStateOf(scene, record),
    externalBuildState: externalStateOf(scene, record),
  }),
  relationships: {
    build: {
      kind: 'one',
      target: 'builds',
      isIncludable: true,
      relatedQuery: 'includes',
      related: (record) => [record],
    },
  },
  find: (scene, id) => storeOf(scene.team, builds).get(id),
  filters: { id: equals((record) => record.id), build: equals((record) => record.id) },
  list: (scene) => storeOf(scene.team, builds).values(),
  isReadable: true,
  update: {
    body: { attributes: { autoNotifyEnabled: { kind: 'boolean', isNullable: true } } },
    run: ({ attributes: { autoNotifyEnabled } }, call, record) =>
      typeof autoNotifyEnabled === 'boolean'
        ? storeOf(call.team, builds).change(record, { autoNotifyEnabled })
        : record,
  },
  permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
}
