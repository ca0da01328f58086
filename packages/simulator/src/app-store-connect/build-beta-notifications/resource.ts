import type { StoredRecord } from '../../world/collection.ts'
import { newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { externalStateOf, internalStateOf } from '../builds/states.ts'
import { builds } from '../builds/store.ts'
import { conflict, invalidRelationship, stateError } from '../json-api/errors.ts'
import type { Resource } from '../json-api/resource.ts'

const TESTED = 'IN_BETA_TESTING'

function notify(scene: Scene, buildId: string): StoredRecord {
  const build = storeOf(scene.team, builds).get(buildId)
  if (build === undefined) {
    throw invalidRelationship('build', `There is no resource of type 'builds' with id '${buildId}'`)
  }
  if (build.autoNotifyEnabled) throw conflict('auto-notify already enabled')
  if (internalStateOf(scene, build) !== TESTED && externalStateOf(scene, build) !== TESTED) {
    throw stateError('The build is not tested by anybody')
  }
  return { id: newUuid(scene.world.random), seq: 0, visibleAt: scene.now }
}

/** Messages to testers that a build is there; answered and not kept. Source: developer.apple.com/documentation/appstoreconnectapi/build-beta-notifications */
export const buildBetaNotificationResource: Resource = {
  type: 'buildBetaNotifications',
  attributeNames: [],
  attributes: () => ({}),
  relationships: {},
  find: () => undefined,
  isReadable: false,
  create: {
    body: { attributes: {}, relationships: { build: { kind: 'one', target: 'builds', isRequired: true } } },
    run: ({ relationships }, call) => notify(call, relationships.build?.[0] ?? ''),
  },
  permission: () => 'apps:write',
}
