import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { STORE_PLATFORMS } from '../app-store-versions/states.ts'
import { apps } from '../apps/state.ts'
import { isBuildExpired, processingStateOf } from '../builds/states.ts'
import { type BuildRecord, builds, type PreReleaseVersionRecord, preReleaseVersions } from '../builds/store.ts'
import { equals } from '../json-api/filters.ts'
import type { Filter, Resource } from '../json-api/resource.ts'

function anyBuild(
  fits: (build: BuildRecord, value: string, scene: Scene) => boolean,
  values?: readonly string[],
): Filter<PreReleaseVersionRecord> {
  return {
    ...(values === undefined ? {} : { values }),
    matches: (record, value, scene) =>
      storeOf(scene.team, builds)
        .by('preReleaseVersion', record.id)
        .some((build) => fits(build, value, scene)),
  }
}

/** Marketing versions with their builds. Source: developer.apple.com/documentation/appstoreconnectapi/prerelease-versions */
export const preReleaseVersionResource: Resource<PreReleaseVersionRecord> = {
  type: 'preReleaseVersions',
  attributeNames: ['version', 'platform'],
  attributes: ({ version, platform }) => ({ version, platform }),
  relationships: {
    builds: {
      kind: 'many',
      target: 'builds',
      isIncludable: true,
      related: (record, scene) => storeOf(scene.team, builds).by('preReleaseVersion', record.id),
    },
    app: {
      kind: 'one',
      target: 'apps',
      isIncludable: true,
      related: (record, scene) => [storeOf(scene.team, apps).get(record.appId) ?? []].flat(),
    },
  },
  find: (scene, id) => storeOf(scene.team, preReleaseVersions).get(id),
  filters: {
    'builds.buildAudienceType': anyBuild(
      (build, value) => build.audience === value,
      ['INTERNAL_ONLY', 'APP_STORE_ELIGIBLE'],
    ),
    'builds.expired': anyBuild(
      (build, value, scene) => isBuildExpired(scene, build) === (value === 'true'),
      ['true', 'false'],
    ),
    'builds.processingState': anyBuild(
      (build, value, scene) => processingStateOf(scene, build) === value,
      ['PROCESSING', 'FAILED', 'INVALID', 'VALID'],
    ),
    'builds.version': anyBuild((build, value) => build.version === value),
    platform: equals((record) => record.platform, STORE_PLATFORMS),
    version: equals((record) => record.version),
    app: equals((record) => record.appId),
    builds: anyBuild((build, value) => build.id === value),
  },
  sorts: { version: (record) => record.version },
  list: (scene) => storeOf(scene.team, preReleaseVersions).values(),
  isReadable: true,
  permission: () => 'apps:read',
}
