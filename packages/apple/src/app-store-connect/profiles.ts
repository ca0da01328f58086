import { type Instant, MINUTE_MS } from '@cordon/core/instant'
import type { Answer } from '../transport/answer.ts'
import type { Perform } from '../transport/task.ts'
import { includedOf, MAX_INCLUDED, oneOf, type RawResource, readResource, relatedId, relatedIds } from './document.ts'
import { requireForm } from './input.ts'
import { deleteResource, isGoneAt, readResourceAt, reference, references, targetIn } from './operations.ts'
import { type Listed, type RawList, readFiltered, readList } from './paging.ts'
import { type BundleId, bundleIdShape } from './wire/bundle-ids.ts'
import { type Certificate, certificateShape } from './wire/certificates.ts'
import { type Device, deviceShape } from './wire/devices.ts'
import { type ProfileType, type ProfileWithRelated, profileShape } from './wire/profiles.ts'
import type { Open, Shape } from './wire/shape.ts'

const COLLECTION = '/v1/profiles'

/** What can be read together with profiles. */
export type ProfileInclude = 'bundleId' | 'certificates' | 'devices'

/** A profile to be made. Ids are Apple's handles. */
export interface NewProfile {
  readonly name: string
  readonly profileType: ProfileType
  readonly bundleId: string
  readonly certificates: readonly string[]
  /** For development and ad-hoc profiles only. */
  readonly devices?: readonly string[]
  /** The bundle ID, a certificate or a device was made seconds ago: "not found" is repeated for a while. */
  readonly awaitsCreation?: boolean
}

/** Provisioning profiles of the Apple team. Apple offers no change: make a new one, then delete the old one. */
export interface Profiles {
  /**
   * Profiles, all or those of some names and types (compared exactly). Expired ones are not among them.
   * `include` gives the ids of what each was made from, and the resources themselves once in `included`.
   * Source: Apple, "List and download profiles".
   */
  list(filter?: {
    readonly names?: readonly string[]
    readonly types?: readonly ProfileType[]
    readonly states?: readonly Open<'ACTIVE' | 'INVALID'>[]
    readonly include?: readonly ProfileInclude[]
  }): Promise<Listed<ProfileWithRelated> & { readonly included: IncludedInProfiles }>
  /** One profile. Source: Apple, "Read and download profile information". */
  read(id: string, options?: { readonly include?: readonly ProfileInclude[] }): Promise<ProfileWithRelated>
  /**
   * Makes a profile. Devices that are not enabled are left out by Apple without a word.
   * Throws `apple.input_invalid`, `apple.profile_name_taken`, `apple.bundle_id_missing`, `apple.wildcard_not_allowed`.
   * Source: Apple, "Create a profile".
   */
  create(profile: NewProfile): Promise<ProfileWithRelated>
  /** Deletes a profile. Builds that hold its file can still use it. Source: Apple, "Delete a profile". */
  delete(id: string): Promise<void>
  /** All devices in a profile, however many. Source: Apple, "List all devices in a profile". */
  devicesOf(id: string): Promise<Listed<Device>>
  /** All certificates in a profile. Source: Apple, "List all certificates in a profile". */
  certificatesOf(id: string): Promise<Listed<Certificate>>
  /** The bundle ID of a profile. Source: Apple, "Read the bundle ID in a profile". */
  bundleIdOf(id: string): Promise<BundleId>
}

/** Resources that came along with a list of profiles, each once. */
export interface IncludedInProfiles {
  readonly bundleIds: readonly BundleId[]
  readonly certificates: readonly Certificate[]
  readonly devices: readonly Device[]
}

/** The operations on profiles. */
export function createProfiles(perform: Perform): Profiles {
  const below = async <S extends Shape>(id: string, type: string, shape: S) => {
    const { path, pattern } = targetIn(COLLECTION, id)
    const raw = await readList(perform, { type, path: `${path}/${type}`, pattern: `${pattern}/${type}` })
    return { items: raw.resources.map((item) => readResource(shape, item)), isTruncated: raw.isTruncated }
  }
  const devicesOf: Profiles['devicesOf'] = (id) => below(id, 'devices', deviceShape)

  const list: Profiles['list'] = async ({ names, types, states, include = [] } = {}) => {
    if (types?.length === 0 || states?.length === 0) return listed(nothing)
    const query = { ...including(include), 'filter[profileType]': types, 'filter[profileState]': states }
    const all = { type: 'profiles', path: COLLECTION, pattern: COLLECTION, query, canSortById: true }
    const { items, ...rest } = listed(await readFiltered(perform, all, { name: 'filter[name]', values: names }))
    const isWanted = (profile: ProfileWithRelated) =>
      (names === undefined || names.includes(profile.name ?? '')) &&
      (types === undefined || types.includes(profile.profileType ?? '')) &&
      (states === undefined || states.includes(profile.profileState ?? ''))
    return { items: items.filter(isWanted), ...rest }
  }

  return {
    list,
    read: (id, { include = [] } = {}) =>
      readResourceAt(perform, targetIn(COLLECTION, id), readAnswer, including(include)),
    create: async (profile) => {
      requireForm('name', profile.name, 'profileName')
      const { awaitsCreation = false } = profile
      return perform({
        request: { method: 'POST', path: COLLECTION, pattern: COLLECTION, body: bodyOf(profile), awaitsCreation },
        read: readAnswer,
        reconcile: (startedAt) => findMade(profile, startedAt, { list, devicesOf }),
      })
    },
    delete: async (id) => {
      const target = targetIn(COLLECTION, id)
      return deleteResource(perform, target, () => isGoneAt(perform, target))
    },
    devicesOf,
    certificatesOf: (id) => below(id, 'certificates', certificateShape),
    bundleIdOf: (id) => {
      const { path, pattern } = targetIn(COLLECTION, id)
      const target = { path: `${path}/bundleId`, pattern: `${pattern}/bundleId` }
      return readResourceAt(perform, target, (answer) => readResource(bundleIdShape, oneOf(answer, 'bundleIds')))
    },
  }
}

const LIMITED_INCLUDES: readonly ProfileInclude[] = ['certificates', 'devices']

function including(include: readonly ProfileInclude[]): Record<string, string | number | readonly string[]> {
  if (include.length === 0) return {}
  const limits = LIMITED_INCLUDES.filter((name) => include.includes(name))
  return { include, ...Object.fromEntries(limits.map((name) => [`limit[${name}]`, MAX_INCLUDED])) }
}

function bodyOf({ name, profileType, bundleId, certificates, devices = [] }: NewProfile): unknown {
  const relationships = {
    bundleId: reference('bundleIds', bundleId),
    certificates: references('certificates', certificates),
    ...(devices.length > 0 && { devices: references('devices', devices) }),
  }
  return { data: { type: 'profiles', attributes: { name, profileType }, relationships } }
}

const CLOCK_TOLERANCE_MS = 2 * MINUTE_MS

// A profile of the same name that is older than the request is somebody else's.
async function findMade(
  wished: NewProfile,
  startedAt: Instant,
  { list, devicesOf }: Pick<Profiles, 'list' | 'devicesOf'>,
): Promise<{ value: ProfileWithRelated } | undefined> {
  const { items } = await list({
    names: [wished.name],
    types: [wished.profileType],
    include: ['bundleId', 'certificates', 'devices'],
  })
  for (const profile of items) {
    const isNew = (profile.createdDate ?? startedAt) >= startedAt - CLOCK_TOLERANCE_MS
    if (isNew && isMadeFrom(profile, wished) && (await hasOnlyDevices(profile, wished, devicesOf)))
      return { value: profile }
  }
  return undefined
}

function isMadeFrom(profile: ProfileWithRelated, wished: NewProfile): boolean {
  return (
    profile.profileState !== 'INVALID' &&
    profile.bundleId === wished.bundleId &&
    isSameSet(profile.certificates?.ids ?? [], wished.certificates)
  )
}

// Not equality: Apple leaves devices out that are not enabled yet.
async function hasOnlyDevices(
  profile: ProfileWithRelated,
  wished: NewProfile,
  devicesOf: Profiles['devicesOf'],
): Promise<boolean> {
  const ids =
    profile.devices?.isComplete === false
      ? (await devicesOf(profile.id)).items.map(({ id }) => id)
      : (profile.devices?.ids ?? [])
  return ids.every((id) => wished.devices?.includes(id))
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return new Set([...a, ...b]).size === new Set(a).size && new Set(a).size === new Set(b).size
}

const nothing: RawList = { resources: [], answers: [], isTruncated: false }

function listed(raw: RawList): Listed<ProfileWithRelated> & { readonly included: IncludedInProfiles } {
  return {
    items: raw.resources.map(readProfile),
    isTruncated: raw.isTruncated,
    included: {
      bundleIds: includedOnce(raw.answers, 'bundleIds', bundleIdShape),
      certificates: includedOnce(raw.answers, 'certificates', certificateShape),
      devices: includedOnce(raw.answers, 'devices', deviceShape),
    },
  }
}

function includedOnce<S extends Shape>(answers: readonly Answer[], type: string, shape: S) {
  const byId = new Map(answers.flatMap((answer) => includedOf(answer, type)).map((raw) => [raw.id, raw]))
  return [...byId.values()].map((raw) => readResource(shape, raw))
}

function readAnswer(answer: Answer): ProfileWithRelated {
  return readProfile(oneOf(answer, 'profiles'))
}

function readProfile(raw: RawResource): ProfileWithRelated {
  const bundleId = relatedId(raw, 'bundleId')
  const certificates = relatedIds(raw, 'certificates')
  const devices = relatedIds(raw, 'devices')
  return {
    ...readResource(profileShape, raw),
    ...(bundleId !== undefined && { bundleId }),
    ...(certificates !== undefined && { certificates }),
    ...(devices !== undefined && { devices }),
  }
}
