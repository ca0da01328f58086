import { applyBundleIds } from './apply-bundle-ids.ts'
import { applyIdentifiers } from './apply-identifiers.ts'
import { applyCertificates, applyDevices } from './apply-prerequisites.ts'
import { applyDeletions, applyProfiles, type ProvisionedProfile, reusedProfile } from './apply-profiles.ts'
import type { CreatedIdentity } from './create-certificate.ts'
import type { Desired } from './desired.ts'
import { localCertificate } from './local-certificate.ts'
import { actionsOf, type Observed, type Plan } from './model.ts'
import type { Warning } from './notices.ts'
import { identifiersOf, kindsOf } from './observe.ts'
import { plan } from './plan.ts'
import type { DeveloperPortal } from './port.ts'
import type { ApplyOptions, Work } from './work.ts'

/** What stands at the end. */
export interface Applied {
  readonly profiles: readonly ProvisionedProfile[]
  readonly identities: readonly CreatedIdentity[]
  readonly warnings: readonly Warning[]
  /** What Apple has now, as far as this run knows; the wish with the certificates it has made. */
  readonly observed: Observed
  readonly desired: Desired
  readonly hasChangedProfiles: boolean
}

/**
 * Carries out a plan: devices, certificates and bundle IDs, then capabilities, then what is attached, then profiles, then the removal of profiles that
 * were superseded. Throws the first blocker before it touches anything. Everything that is there already counts as done,
 * so a run after a broken one finishes its work.
 */
export async function apply(
  desired: Desired,
  observed: Observed,
  planned: Plan,
  portal: DeveloperPortal,
  options: ApplyOptions,
): Promise<Applied> {
  const [blocker] = planned.blockers
  if (blocker !== undefined) throw blocker
  const work = { portal, options }
  const prepared = await prepare(desired, observed, planned, work)
  const final = plan(prepared.desired, prepared.observed, options.clock.now())
  const [stillBlocked] = final.blockers
  if (stillBlocked !== undefined) throw stillBlocked
  const made = await applyProfiles(actionsOf(final.actions, 'create-profile'), prepared.observed, work)
  const deletions = [...actionsOf(final.actions, 'delete-profile'), ...made.obstacles]
  const leftOver = await applyDeletions(
    [...new Map(deletions.map((action) => [action.profile.id, action])).values()],
    work,
  )
  return {
    profiles: [...final.reuse.map(reusedProfile), ...made.profiles],
    identities: prepared.identities,
    warnings: [...prepared.warnings, ...made.warnings, ...leftOver],
    observed: { ...prepared.observed, profiles: [...prepared.observed.profiles, ...made.atApple] },
    desired: prepared.desired,
    hasChangedProfiles: made.profiles.length > 0,
  }
}

interface Prepared {
  readonly desired: Desired
  readonly observed: Observed
  readonly identities: readonly CreatedIdentity[]
  readonly warnings: readonly Warning[]
}

/** Everything that profiles are made of. */
async function prepare(desired: Desired, observed: Observed, { actions }: Plan, work: Work): Promise<Prepared> {
  const [devices, identities, bundleIds] = await allSettled([
    applyDevices(actionsOf(actions, 'register-device'), work),
    applyCertificates(actionsOf(actions, 'create-certificate'), work),
    applyBundleIds(actions, observed.bundleIds, work),
  ])
  const identifiers = await applyIdentifiers(actions, bundleIds.all, observed.identifiers, work)
  const existed = new Set(observed.bundleIds.map(({ identifier }) => identifier))
  const attached = identifiers.changedIdentifiers.filter((identifier) => existed.has(identifier))
  const changed = new Set([...bundleIds.changedIdentifiers, ...attached])
  const created = identities.flatMap(({ identity }) => localCertificate(identity.certificate) ?? [])
  return {
    desired: { ...desired, devices: [], certificates: [...desired.certificates, ...created] },
    observed: {
      bundleIds: bundleIds.all,
      certificates: [...observed.certificates, ...identities.map(({ atApple }) => atApple)],
      devices: [...observed.devices, ...devices.registered],
      profiles: await profilesAfter(desired, observed, changed, work),
      ...(identifiers.observed && { identifiers: identifiers.observed }),
    },
    identities,
    warnings: devices.warnings,
  }
}

/**
 * A changed capability or attachment makes the profiles of its bundle ID invalid, sometimes not at once. Those from before are taken for
 * invalid whatever Apple still says; those that a parallel run has made since are welcome.
 */
async function profilesAfter(
  desired: Desired,
  before: Observed,
  changedIdentifiers: ReadonlySet<string>,
  { portal }: Work,
): Promise<Observed['profiles']> {
  const outdated = before.profiles.filter(({ identifier }) => changedIdentifiers.has(identifier))
  if (outdated.length === 0) return before.profiles
  const ids = new Set(outdated.map(({ id }) => id))
  const now = await portal.listProfiles(kindsOf(desired), identifiersOf(desired))
  return now.map((profile) => (ids.has(profile.id) ? { ...profile, isActive: false } : profile))
}

// All three are awaited even if one fails: nothing goes on behind the caller's back.
async function allSettled<A, B, C>(work: readonly [Promise<A>, Promise<B>, Promise<C>]): Promise<[A, B, C]> {
  await Promise.allSettled(work)
  return Promise.all(work)
}
