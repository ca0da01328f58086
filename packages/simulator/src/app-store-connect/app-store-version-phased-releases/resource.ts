import { storeOf } from '../../world/team.ts'
import { storeDate } from '../json-api/dates.ts'
import type { Resource } from '../json-api/resource.ts'
import {
  changePhasedRelease,
  createPhasedRelease,
  dayOf,
  pausedMsOf,
  phasedStateOf,
  removePhasedRelease,
} from './state.ts'
import { type PhasedReleaseRecord, phasedReleases } from './store.ts'

const STATES = ['INACTIVE', 'ACTIVE', 'PAUSED', 'COMPLETE']
const DAY_MS = 86_400_000

/** Releases over seven days. Source: developer.apple.com/documentation/appstoreconnectapi/app-store-version-phased-releases */
export const phasedReleaseResource: Resource<PhasedReleaseRecord> = {
  type: 'appStoreVersionPhasedReleases',
  attributeNames: ['phasedReleaseState', 'startDate', 'totalPauseDuration', 'currentDayNumber'],
  attributes: (record, scene) => ({
    phasedReleaseState: phasedStateOf(scene, record),
    startDate: record.startedAt === null ? null : storeDate(record.startedAt),
    totalPauseDuration: Math.floor(pausedMsOf(scene, record) / DAY_MS),
    currentDayNumber: dayOf(scene, record),
  }),
  relationships: {},
  find: (scene, id) => storeOf(scene.team, phasedReleases).get(id),
  isReadable: false,
  create: {
    body: {
      // Whatever state is asked for, it begins with the release (fastlane sends INACTIVE, and ACTIVE before).
      attributes: { phasedReleaseState: { kind: 'string', isNullable: true, values: STATES } },
      relationships: { appStoreVersion: { kind: 'one', target: 'appStoreVersions', isRequired: true } },
    },
    run: ({ relationships }, call) => createPhasedRelease(call, relationships.appStoreVersion?.[0] ?? ''),
  },
  update: {
    body: { attributes: { phasedReleaseState: { kind: 'string', isNullable: true, values: STATES } } },
    run({ attributes }, call, record) {
      const { phasedReleaseState } = attributes
      return typeof phasedReleaseState === 'string' ? changePhasedRelease(call, record, phasedReleaseState) : record
    },
  },
  remove: (record, call) => removePhasedRelease(call, record),
  permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
}
