import type { CordonError } from '@cordon/core/errors'
import { DAY_MS, type Instant, plusMs } from '@cordon/core/instant'
import { chooseCertificates, day, type UsableCertificate } from './certificates.ts'
import { type Desired, isWildcard, type LocalCertificate } from './desired.ts'
import { deviceFamily, devicesFor, udidKey } from './devices.ts'
import { provisioningErrors } from './errors.ts'
import { grantedEntitlements, lostEntitlements } from './granted.ts'
import { findInstalled } from './installed.ts'
import { leftOutWarnings } from './left-out.ts'
import { manualWork } from './manual-work.ts'
import type { ActionOf, GrantedEntitlement, Observed, Reuse, Slot } from './model.ts'
import type { Todo, Warning } from './notices.ts'
import type { BundleIdPlan, PlannedBundleId } from './plan-bundle-ids.ts'
import type { PendingDevice } from './plan-devices.ts'
import type { PortalProfile } from './port.ts'
import { DISTRIBUTIONS, isSameKind, PLATFORMS } from './profile-kinds.ts'
import {
  betterFirst,
  isMadeHere,
  isSuperseded,
  leftOutByApple,
  type ProfileWish,
  profileName,
  whyUnsuitable,
  withoutDevices,
} from './profiles.ts'
import { slotsOf } from './slots.ts'

export interface ProfilePlan {
  readonly actions: readonly ActionOf<'create-certificate' | 'create-profile' | 'delete-profile'>[]
  readonly reuse: readonly Reuse[]
  readonly warnings: readonly Warning[]
  readonly todos: readonly Todo[]
  readonly blockers: readonly CordonError[]
}

interface SlotPlan extends Partial<ProfilePlan> {}

/** What is known about one slot before its profile is chosen. */
interface Ground {
  readonly slot: Slot
  readonly bundleId: PlannedBundleId
  readonly wish: ProfileWish
  readonly certificate: LocalCertificate | undefined
  /** Every profile of this kind for this bundle ID. */
  readonly profiles: readonly PortalProfile[]
  readonly retired: ReadonlySet<string>
  readonly granted: readonly GrantedEntitlement[]
  readonly now: Instant
}

/** Plans the profile of every slot: reuse, or create and then delete what it supersedes. */
export function planSlots(
  desired: Desired,
  observed: Observed,
  now: Instant,
  { bundleIds }: BundleIdPlan,
  pending: readonly PendingDevice[],
): ProfilePlan {
  const plans = slotsOf(desired).flatMap((slot) => {
    const bundleId = bundleIds.get(slot.identifier)
    return bundleId === undefined ? [] : [planSlot(slot, bundleId, desired, observed, now, pending)]
  })
  const reuse = plans.flatMap(({ reuse = [] }) => reuse)
  return {
    actions: onePerSubject(plans.flatMap(({ actions = [] }) => actions)),
    reuse,
    warnings: onePerText(plans.flatMap(({ warnings = [] }) => warnings)),
    todos: planTodos([...bundleIds.values()], observed, reuse),
    blockers: onePerDetail(plans.flatMap(({ blockers = [] }) => blockers)),
  }
}

function planSlot(
  slot: Slot,
  bundleId: PlannedBundleId,
  desired: Desired,
  observed: Observed,
  now: Instant,
  pending: readonly PendingDevice[],
): SlotPlan {
  const choice = chooseCertificates(desired, observed.certificates, slot, now)
  if (choice.state === 'none') return { blockers: [choice.error] }
  const certificates = choice.state === 'usable' ? choice.certificates : []
  const udids = wishedDevices(slot, observed, pending)
  if (DISTRIBUTIONS[slot.distribution].listsDevices && udids.length === 0)
    return { blockers: [noDevices(slot, observed)] }
  const { validUntil, warnings } = neededValidity(desired, certificates, now)
  const profiles = observed.profiles.filter(
    (profile) => profile.identifier === slot.identifier && isSameKind(profile.kind, slot),
  )
  const ground: Ground = {
    slot,
    bundleId,
    wish: {
      kind: { platform: slot.platform, distribution: slot.distribution },
      identifier: slot.identifier,
      capabilities: bundleId.capabilities,
      certificateSerials: certificates.map(({ local }) => local.serial),
      udids,
      validUntil,
    },
    certificate: certificates[0]?.local,
    profiles,
    retired: retiredDevices(observed),
    granted: grantedEntitlements(profiles, bundleId.entitlements),
    now,
  }
  if (choice.state === 'usable') {
    const here = reuseInstalled(ground, desired)
    if (here !== undefined) return { reuse: [here], warnings }
    const decided = decide(ground)
    return { ...decided, warnings: [...warnings, ...(decided.warnings ?? [])] }
  }
  return {
    warnings,
    actions: [
      creationOf(choice.kind, slot, choice.reason),
      creation(ground, `a ${choice.kind} certificate is being made`),
    ],
  }
}

/** A profile of this machine serves without Apple being asked to change anything. */
function reuseInstalled({ slot, wish, bundleId, certificate }: Ground, { installed }: Desired): Reuse | undefined {
  const found = findInstalled(installed, { ...wish, entitlements: bundleId.entitlements })
  if (found === undefined || certificate === undefined) return undefined
  const { path, uuid, name, expiresAt, certificateSerials, udids = [], entitlements, content } = found
  const { identifier, platform, distribution } = slot
  return {
    slot,
    certificate,
    installedAt: path,
    reason: `it is installed on this machine, valid until ${day(expiresAt)}, and holds all that is needed`,
    profile: {
      id: '',
      kind: { platform, distribution },
      isActive: true,
      ...{ uuid, name, identifier, expiresAt, certificateSerials, udids, entitlements, content },
    },
  }
}

function decide(ground: Ground): SlotPlan {
  const { slot, wish, certificate, bundleId } = ground
  const candidates = [...ground.profiles].sort(betterFirst)
  const suitable = candidates.find((profile) => whyNotUsable(profile, ground) === undefined)
  if (suitable !== undefined && certificate !== undefined)
    return {
      reuse: [
        {
          slot,
          profile: suitable,
          certificate,
          reason: `it is valid until ${day(suitable.expiresAt)} and holds all that is needed`,
        },
      ],
      actions: deletions(ground, suitable.id, `"${suitable.name}" takes its place`),
      warnings: leftOutWarnings(suitable, leftOutByApple(suitable, wish, ground.now)),
    }
  const name = profileName(wish, takenNames(ground))
  const reason = bundleId.atApple === undefined ? 'the bundle ID is new' : 'there is none for this bundle ID'
  return { actions: [creation(ground, reason), ...deletions(ground, undefined, `"${name}" takes its place`)] }
}

function creation(ground: Ground, reason: string): ActionOf<'create-profile'> {
  const { slot, wish, certificate } = ground
  const [best] = [...ground.profiles].sort(betterFirst)
  const why = best === undefined ? undefined : whyNotUsable(best, ground)
  const replaces = best === undefined || why === undefined ? undefined : { name: best.name, why }
  return {
    kind: 'create-profile',
    subject: profileName(wish, takenNames(ground)),
    reason: replaces === undefined ? reason : `"${replaces.name}" ${replaces.why}`,
    slot,
    wish,
    replaces,
    certificate,
    keeps: ground.granted,
  }
}

// Create first, delete afterwards: between the two, other runs still find the old one.
function deletions(ground: Ground, keptId: string | undefined, reason: string): readonly ActionOf<'delete-profile'>[] {
  return ground.profiles
    .filter((profile) => profile.id !== keptId && isMadeHere(profile))
    .filter((profile) => isStale(ground) || isSuperseded(profile, ground.wish, ground.retired))
    .map((profile) => ({ kind: 'delete-profile', subject: profile.name, reason, profile }))
}

function whyNotUsable(profile: PortalProfile, { wish, bundleId, granted, now }: Ground): string | undefined {
  const changing = bundleId.changing.join(', ')
  const possible = withoutDevices(wish, leftOutByApple(profile, wish, now))
  const lost = lostEntitlements(profile, granted).find(({ isClaimed }) => isClaimed)
  return (
    whyUnsuitable(profile, possible) ??
    (lost === undefined ? undefined : `lacks ${lost.entitlement}, which "${lost.carrier}" has`) ??
    (changing === '' ? undefined : `was made before ${changing} changed`)
  )
}

function isStale({ bundleId }: Ground): boolean {
  return bundleId.changing.length > 0
}

function takenNames({ profiles }: Ground): readonly string[] {
  return profiles.map(({ name }) => name)
}

function creationOf(
  certificateKind: ActionOf<'create-certificate'>['certificateKind'],
  { platform }: Slot,
  why: string,
): ActionOf<'create-certificate'> {
  return {
    kind: 'create-certificate',
    subject: `${certificateKind} certificate`,
    reason: `one is needed and ${why}`,
    certificateKind,
    platform,
  }
}

function wishedDevices(slot: Slot, { devices }: Observed, pending: readonly PendingDevice[]): readonly string[] {
  if (!DISTRIBUTIONS[slot.distribution].listsDevices) return []
  const family = deviceFamily(slot.platform)
  const registered = devicesFor(devices, slot.platform, slot.distribution).map(({ udid }) => udid)
  return [...registered, ...pending.filter((device) => device.family === family).map(({ udid }) => udid)].sort()
}

function noDevices({ platform, distribution }: Slot, { devices }: Observed): CordonError {
  const waiting = devices.filter(({ family, status }) => family === deviceFamily(platform) && status !== 'enabled')
  return provisioningErrors.no_devices(
    { platform, distribution, waiting: waiting.map(({ name, status }) => `${name} (${status})`) },
    {
      detail: `the team has no enabled device for ${PLATFORMS[platform].label}, and profiles for ${distribution} list devices`,
    },
  )
}

/** No profile outlives its certificates, so a longer wish could never be fulfilled and would replace the profile in every run. */
function neededValidity(desired: Desired, certificates: readonly UsableCertificate[], now: Instant) {
  const wished = plusMs(now, desired.minProfileDaysValid * DAY_MS)
  const limits = certificates.map(({ local, portal }) => Math.min(local.expiresAt, portal.expiresAt))
  const possible = plusMs(Math.min(wished, ...limits) as Instant, wished > Math.min(...limits) ? -DAY_MS : 0)
  const validUntil = Math.max(possible, now) as Instant
  const [first] = certificates
  const isCut = first !== undefined && validUntil < wished
  return { validUntil, warnings: isCut ? [expiresSooner(first.local, desired.minProfileDaysValid)] : [] }
}

function expiresSooner({ name, serial, expiresAt }: LocalCertificate, days: number): Warning {
  return {
    subject: serial,
    text: `certificate "${name}" (${serial}) expires on ${day(expiresAt)}, so no profile with it can be valid for ${days} more days`,
    remedy: 'Renew the certificate.',
  }
}

function retiredDevices({ devices }: Observed): ReadonlySet<string> {
  return new Set(devices.filter(({ status }) => status !== 'enabled').map(({ udid }) => udidKey(udid)))
}

function planTodos(
  bundleIds: readonly PlannedBundleId[],
  { profiles, identifiers }: Observed,
  reuse: readonly Reuse[],
): readonly Todo[] {
  return bundleIds.flatMap(({ identifier, entitlements, atApple }) => {
    const used = reuse.find(({ slot }) => slot.identifier === identifier)?.profile
    const [newest] = profiles.filter((profile) => profile.identifier === identifier).sort(betterFirst)
    const best = used ?? newest
    return manualWork(identifier, entitlements, {
      bundleId: atApple,
      profileEntitlements: best?.entitlements ?? {},
      attaches: identifiers !== undefined && !isWildcard(identifier),
    })
  })
}

// Several slots may need the same new certificate.
function onePerSubject(actions: ProfilePlan['actions']): ProfilePlan['actions'] {
  const key = (action: ProfilePlan['actions'][number]) =>
    action.kind === 'delete-profile' ? action.profile.id : `${action.kind} ${action.subject}`
  return [...new Map(actions.map((action) => [key(action), action])).values()]
}

function onePerText(warnings: readonly Warning[]): readonly Warning[] {
  return [...new Map(warnings.map((warning) => [warning.text, warning])).values()]
}

function onePerDetail(blockers: readonly CordonError[]): readonly CordonError[] {
  return [...new Map(blockers.map((blocker) => [`${blocker.code} ${blocker.detail}`, blocker])).values()]
}
