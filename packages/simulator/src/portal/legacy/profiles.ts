import { bundleIds } from '../../app-store-connect/bundle-ids/state.ts'
import { certificates } from '../../app-store-connect/certificates/store.ts'
import { devices } from '../../app-store-connect/devices/state.ts'
import { profileResource } from '../../app-store-connect/profiles/resource.ts'
import {
  createProfile,
  type NewProfile,
  profileStateOf,
  regenerateProfile,
} from '../../app-store-connect/profiles/state.ts'
import { type ProfileRecord, profiles } from '../../app-store-connect/profiles/store.ts'
import { storeOf } from '../../world/team.ts'
import { type Action, Download, demand, downloads, type LegacyCall, type Result, reads, writes } from './action.ts'
import { appIdOf, namedAppId } from './app-ids.ts'
import { certRequestOf } from './certificates.ts'
import { legacyDevice } from './devices.ts'
import { invalidParameter } from './errors.ts'
import { pageOf } from './paging.ts'
import { methodOf, profileTypeOf, slugOf, subPlatformOf } from './profile-types.ts'
import { legacyDate } from './teams.ts'

const STATUSES = { ACTIVE: 'Active', INVALID: 'Invalid', EXPIRED: 'Expired' } as const
const PLATFORM_WORDS = { ios: 'iOS', mac: 'Mac' } as const

/** What the lists tell of a profile: no devices, no certificates, only how many. */
export function profileOf(call: LegacyCall, record: ProfileRecord): Result {
  const slug = slugOf(record.profileType)
  const isDevelopment = methodOf(record.profileType) === 'limited'
  const owner = storeOf(call.team, bundleIds).get(record.bundleId)
  return {
    provisioningProfileId: record.id,
    name: record.name,
    status: STATUSES[profileStateOf(call, record)],
    type: `${PLATFORM_WORDS[slug]} ${isDevelopment ? 'Development' : 'Distribution'}`,
    distributionMethod: methodOf(record.profileType),
    proProPlatform: slug,
    proProSubPlatform: subPlatformOf(record.profileType),
    version: '2',
    dateExpire: legacyDate(record.expiresAt),
    managingApp: null,
    appId: owner === undefined ? null : appIdOf(call, owner, slug),
    appIdId: record.bundleId,
    deviceIds: record.deviceIds,
    certificateIds: record.certificateIds,
    UUID: record.uuid,
    isTemplateProfile: false,
    isTeamProfile: false,
    isFreeProvisioningProfile: false,
    deviceCount: record.deviceIds.length,
    certificateCount: record.certificateIds.length,
  }
}

/** Everything of a profile, as the page of one shows it. */
export function profileDetailOf(call: LegacyCall, record: ProfileRecord): Result {
  const certificateStore = storeOf(call.team, certificates)
  const deviceStore = storeOf(call.team, devices)
  return {
    ...profileOf(call, record),
    devices: record.deviceIds.flatMap((id) => deviceStore.get(id) ?? []).map((one) => legacyDevice(call, one)),
    certificates: record.certificateIds
      .flatMap((id) => certificateStore.get(id) ?? [])
      .map((one) => certRequestOf(call, one)),
  }
}

/** The team's profiles of the request's family; those that are not active only when asked for. */
export function listedProfiles(call: LegacyCall): ProfileRecord[] {
  return storeOf(call.team, profiles)
    .values()
    .filter((record) => slugOf(record.profileType) === call.slug)
    .filter((record) => call.form.isTrue('includeInactiveProfiles') || profileStateOf(call, record) === 'ACTIVE')
}

function list(call: LegacyCall): Result {
  const { items, numbers } = pageOf(
    listedProfiles(call).map((record) => profileOf(call, record)),
    call.form,
  )
  return { provisioningProfiles: items, ...numbers }
}

function wishOf(call: LegacyCall): NewProfile {
  const { form, slug } = call
  const distributionType = form.text('distributionType') ?? ''
  const profileType = profileTypeOf(slug, distributionType, form.text('subPlatform') ?? '')
  if (profileType === undefined) {
    throw invalidParameter('distributionType', `'${distributionType.slice(0, 40)}' is not a distribution type.`)
  }
  return {
    name: form.text('provisioningProfileName') ?? '',
    profileType,
    bundleId: namedAppId(call, 'appIdId').id,
    certificateIds: form.list('certificateIds'),
    deviceIds: form.list('deviceIds'),
  }
}

function demandFor(call: LegacyCall, profileType: string, what: string): void {
  const subject = { attributes: { profileType }, relationships: {}, embedded: {}, included: [] }
  demand(call, profileResource.permission('create', subject), what)
}

function written(call: LegacyCall, record: ProfileRecord): Result {
  return {
    provisioningProfile: {
      ...profileDetailOf(call, record),
      encodedProfile: record.content,
      filename: `${record.name.replace(/[^A-Za-z0-9]+/g, '_')}.mobileprovision`,
    },
  }
}

async function create(call: LegacyCall): Promise<Result> {
  const wish = wishOf(call)
  demandFor(call, wish.profileType, 'profile.create')
  return written(call, await createProfile(call, wish))
}

function named(call: LegacyCall): ProfileRecord {
  const id = call.form.text('provisioningProfileId') ?? ''
  const record = storeOf(call.team, profiles).get(id)
  if (record !== undefined) return record
  throw invalidParameter('provisioningProfileId', `There is no profile with ID '${id.slice(0, 40)}' on this team.`)
}

async function regenerate(call: LegacyCall): Promise<Result> {
  const record = named(call)
  const wish = wishOf(call)
  demandFor(call, record.profileType, 'profile.edit')
  demandFor(call, wish.profileType, 'profile.edit')
  return written(call, await regenerateProfile(call, record, wish))
}

function remove(call: LegacyCall): Result {
  const record = named(call)
  demandFor(call, record.profileType, 'profile.delete')
  storeOf(call.team, profiles).remove(record.id)
  return {}
}

function download(call: LegacyCall): Download {
  const record = named(call)
  if (profileStateOf(call, record) !== 'ACTIVE') {
    throw invalidParameter('provisioningProfileId', `The profile '${record.name}' is not active.`)
  }
  const bytes = Buffer.from(record.content, 'base64')
  return new Download(bytes, 'application/octet-stream', `${record.id}.mobileprovision`)
}

const BASE = 'account/{p}/profile'

/** Profiles. Which right a request needs depends on the type, so the actions ask themselves. Source: spaceship (2.237). */
export const profileActions: readonly Action[] = [
  reads(`${BASE}/listProvisioningProfiles.action`, list),
  reads(`${BASE}/getProvisioningProfile.action`, (call) => ({
    provisioningProfile: profileDetailOf(call, named(call)),
  })),
  writes(`${BASE}/createProvisioningProfile.action`, 'identifiers:read', create),
  writes(`${BASE}/regenProvisioningProfile.action`, 'identifiers:read', regenerate),
  writes(`${BASE}/deleteProvisioningProfile.action`, 'identifiers:read', remove),
  downloads(`${BASE}/downloadProfileContent`, download),
]
