import type { StoredRecord } from '../../world/collection.ts'
import { newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { moveVersion } from '../app-store-versions/state.ts'
import { versions } from '../app-store-versions/store.ts'
import { invalidRelationship, stateError } from '../json-api/errors.ts'
import type { Call, Resource } from '../json-api/resource.ts'

function release(call: Call, versionId: string): StoredRecord {
  const version = storeOf(call.team, versions).get(versionId)
  if (version === undefined) {
    throw invalidRelationship(
      'appStoreVersion',
      `There is no resource of type 'appStoreVersions' with id '${versionId}'`,
    )
  }
  if (version.state !== 'PENDING_DEVELOPER_RELEASE') {
    throw stateError(`The version can not be released in the state '${version.state}'`)
  }
  moveVersion(call, version, 'READY_FOR_DISTRIBUTION')
  return { id: newUuid(call.world.random), seq: 0, visibleAt: call.now }
}

/** Releases by hand; answered and not kept. Source: developer.apple.com/documentation/appstoreconnectapi/app-store-version-release-requests */
export const releaseRequestResource: Resource = {
  type: 'appStoreVersionReleaseRequests',
  attributeNames: [],
  attributes: () => ({}),
  relationships: {},
  find: () => undefined,
  isReadable: false,
  create: {
    body: {
      attributes: {},
      relationships: { appStoreVersion: { kind: 'one', target: 'appStoreVersions', isRequired: true } },
    },
    run: ({ relationships }, call) => release(call, relationships.appStoreVersion?.[0] ?? ''),
  },
  permission: () => 'apps:write',
}
