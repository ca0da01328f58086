import type { Instant } from '@cordon/core/instant'
import type { LocalCertificate } from './desired.ts'
import { udidKey } from './devices.ts'
import { provisioningErrors } from './errors.ts'
import { lossWarnings, refuseLoss } from './granted.ts'
import { leftOutWarnings } from './left-out.ts'
import type { ActionOf, Observed, Reuse, Slot } from './model.ts'
import type { Warning } from './notices.ts'
import type { NewProfile, PortalBundleId, PortalProfile } from './port.ts'
import {
  leftOutByApple,
  missingDevices,
  type ProfileWish,
  profileName,
  whyUnsuitable,
  withoutDevices,
} from './profiles.ts'
import { tracked } from './progress.ts'
import { runBounded, settle } from './settle.ts'
import type { Work } from './work.ts'

/** The profile that stands for one slot, and how it came about. */
export interface ProvisionedProfile extends Slot {
  readonly outcome: 'reused' | 'created' | 'replaced'
  /** Why it was reused or made; follows the word "because". */
  readonly why: string
  readonly id: string
  readonly uuid: string
  readonly name: string
  readonly expiresAt: Instant
  /** The file to install (CMS). */
  readonly content: Uint8Array
  readonly entitlements: Readonly<Record<string, unknown>>
  readonly udids: readonly string[]
  /** The certificate to sign with. */
  readonly certificate: LocalCertificate
  /** Where it lies on this machine already, when Apple was not asked for it. */
  readonly installedAt?: string
}

export interface MadeProfiles {
  readonly profiles: readonly ProvisionedProfile[]
  readonly atApple: readonly PortalProfile[]
  /** Unusable profiles, hidden by Apple until now, that held the wanted names. */
  readonly obstacles: readonly ActionOf<'delete-profile'>[]
  readonly warnings: readonly Warning[]
}

type Found =
  | { readonly state: 'usable'; readonly profile: PortalProfile }
  | { readonly state: 'occupied'; readonly by: readonly PortalProfile[] }

interface Made {
  readonly provisioned: ProvisionedProfile
  readonly profile: PortalProfile
  readonly obstacles: readonly PortalProfile[]
  readonly warnings: readonly Warning[]
}

const MAX_NAMES = 5

/** Makes profiles. A profile that a parallel run has made for the same wish is taken instead. */
export async function applyProfiles(
  actions: readonly ActionOf<'create-profile'>[],
  observed: Observed,
  work: Work,
): Promise<MadeProfiles> {
  const made = await runBounded(
    actions.map((action) => () => tracked(action, work.options.onProgress, () => makeProfile(action, observed, work))),
    work.options.concurrency,
  )
  return {
    profiles: made.map(({ provisioned }) => provisioned),
    atApple: made.map(({ profile }) => profile),
    obstacles: made.flatMap(({ obstacles, provisioned }) =>
      obstacles.map((profile) => deletion(profile, provisioned.name)),
    ),
    warnings: made.flatMap(({ warnings }) => warnings),
  }
}

/** Removes superseded profiles. Failing at that harms nobody: it is said, and the next run tries again. */
export async function applyDeletions(
  actions: readonly ActionOf<'delete-profile'>[],
  { portal, options }: Work,
): Promise<readonly Warning[]> {
  const remove = async (action: ActionOf<'delete-profile'>): Promise<readonly Warning[]> => {
    try {
      await tracked(action, options.onProgress, () => deleteOnce(action.profile, { portal, options }))
      return []
    } catch {
      const text = `superseded profile "${action.profile.name}" could not be removed`
      return [{ subject: action.profile.name, text, remedy: 'Do nothing: the next run removes it.' }]
    }
  }
  return (
    await runBounded(
      actions.map((action) => () => remove(action)),
      options.concurrency,
    )
  ).flat()
}

/** A profile that serves as it is, as part of the result. */
export function reusedProfile({ slot, profile, certificate, reason, installedAt }: Reuse): ProvisionedProfile {
  return {
    ...asProvisioned(slot, profile, certificate),
    outcome: 'reused',
    why: reason,
    ...(installedAt !== undefined && { installedAt }),
  }
}

async function makeProfile(action: ActionOf<'create-profile'>, observed: Observed, work: Work): Promise<Made> {
  const { slot, wish, certificate, replaces, reason } = action
  const bundleId = observed.bundleIds.find(({ identifier }) => identifier === slot.identifier)
  if (bundleId === undefined || certificate === undefined)
    throw provisioningErrors.not_found({ subject: slot.identifier }, { detail: `the parts of "${action.subject}"` })
  const obstacles: PortalProfile[] = []
  let name = action.subject
  for (let tried = 0; tried < MAX_NAMES; tried += 1) {
    const found = await createOrFind(newProfile(name, wish, bundleId, observed), wish, work)
    if (found.state === 'usable') {
      await keepGranted(found.profile, action, work)
      const outcome = replaces === undefined ? 'created' : 'replaced'
      const provisioned = { ...asProvisioned(slot, found.profile, certificate), outcome, why: reason } as const
      const warnings = [
        ...leftOutWarnings(found.profile, missingDevices(found.profile, wish)),
        ...lossWarnings(found.profile, action.keeps),
      ]
      return { provisioned, profile: found.profile, obstacles, warnings }
    }
    obstacles.push(...found.by)
    name = profileName(
      wish,
      [...observed.profiles, ...obstacles].map((profile) => profile.name),
    )
  }
  throw provisioningErrors.concurrently_changed({ subject: action.subject }, { detail: `profile "${action.subject}"` })
}

/** When the new profile has lost what Apple granted, it goes again, the old one stays, and the run says so. */
async function keepGranted(profile: PortalProfile, { keeps }: ActionOf<'create-profile'>, work: Work): Promise<void> {
  try {
    refuseLoss(profile, keeps)
  } catch (error) {
    // The loss is what the person needs to know; a profile that could not be removed is found by the next run.
    await deleteOnce(profile, work).catch(() => {})
    throw error
  }
}

async function createOrFind(wanted: NewProfile, wish: ProfileWish, { portal, options }: Work): Promise<Found> {
  const find = async (): Promise<Found | undefined> => {
    const same = (await portal.listProfilesOf(wanted.bundleId)).filter(({ name }) => name === wanted.name)
    const now = options.clock.now()
    const profile = same.find((candidate) => {
      const possible = withoutDevices(wish, leftOutByApple(candidate, wish, now))
      return whyUnsuitable(candidate, possible) === undefined
    })
    if (profile !== undefined) return { state: 'usable', profile }
    return same.length === 0 ? undefined : { state: 'occupied', by: same }
  }
  const attempt = async (): Promise<Found> => ({ state: 'usable', profile: await portal.createProfile(wanted) })
  return settle({ attempt, find }, options.sleep)
}

function newProfile(name: string, wish: ProfileWish, bundleId: PortalBundleId, observed: Observed): NewProfile {
  const wished = new Set(wish.udids.map(udidKey))
  return {
    name,
    kind: wish.kind,
    bundleId,
    certificateIds: observed.certificates
      .filter(({ serial }) => wish.certificateSerials.includes(serial))
      .map(({ id }) => id),
    deviceIds: observed.devices.filter(({ udid }) => wished.has(udidKey(udid))).map(({ id }) => id),
  }
}

async function deleteOnce(profile: PortalProfile, { portal, options }: Work): Promise<void> {
  const isGone = async () => {
    const left = await portal.listProfiles([profile.kind], [profile.identifier])
    return left.some(({ id }) => id === profile.id) ? undefined : true
  }
  const attempt = async () => {
    try {
      await portal.deleteProfile(profile)
    } catch (error) {
      if (!provisioningErrors.not_found.is(error)) throw error
    }
    return true
  }
  await settle({ attempt, find: isGone }, options.sleep)
}

function deletion(profile: PortalProfile, by: string): ActionOf<'delete-profile'> {
  return { kind: 'delete-profile', subject: profile.name, reason: `"${by}" takes its place`, profile }
}

function asProvisioned(slot: Slot, profile: PortalProfile, certificate: LocalCertificate) {
  const { id, uuid, name, expiresAt, content, entitlements, udids } = profile
  return { ...slot, id, uuid, name, expiresAt, content, entitlements, udids, certificate }
}
