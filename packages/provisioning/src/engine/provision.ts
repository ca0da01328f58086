import type { KeyObject } from 'node:crypto'
import type { Clock } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import { generateSigningKey } from '@cordon/signing/rsa-key'
import { type Applied, apply } from './apply.ts'
import type { ProvisionedProfile } from './apply-profiles.ts'
import type { CreatedIdentity } from './create-certificate.ts'
import type { Desired } from './desired.ts'
import { provisioningErrors } from './errors.ts'
import { isSameSlot, type Observed, type Plan } from './model.ts'
import type { Todo, Warning } from './notices.ts'
import { identifiersOf, kindsOf, observe } from './observe.ts'
import { plan } from './plan.ts'
import type { DeveloperPortal } from './port.ts'
import type { OnProgress } from './progress.ts'
import type { Sleep } from './settle.ts'
import { slotsOf } from './slots.ts'
import type { ApplyOptions } from './work.ts'

/** What provisioning needs from outside. All but the clock has a default. */
export interface ProvisionOptions {
  readonly clock: Clock
  readonly sleep?: Sleep
  readonly onProgress?: OnProgress
  /** How many requests may be under way at once; 8 by default. The client of App Store Connect has a limit of its own. */
  readonly concurrency?: number
  readonly generateKey?: () => Promise<Secret<KeyObject>>
  /** Keeps a new identity before anything else is done with it. Called at once, so that its slot at Apple is not lost. */
  readonly onIdentity?: (created: CreatedIdentity) => Promise<void>
  /** Hears the plan before anything is changed, and may throw to keep it from being carried out. */
  readonly approve?: (planned: Plan, observed: Observed) => void | Promise<void>
  /** Runs the work alone for the team. Reading happens again inside, because others may have been at work before. */
  readonly lock?: <T>(work: () => Promise<T>) => Promise<T>
}

/** The signing assets, and what a person should know about them. */
export interface ProvisionResult {
  /** One per bundle ID, platform and distribution method, in the order of the wish. */
  readonly profiles: readonly ProvisionedProfile[]
  /** Certificates that were made on request, with their private keys. */
  readonly identities: readonly CreatedIdentity[]
  readonly warnings: readonly Warning[]
  readonly todos: readonly Todo[]
  /** The first plan: what had to change and why. */
  readonly plan: Plan
  /** Requests sent to Apple, repeated ones included. */
  readonly requestsUsed: number
}

const DEFAULT_CONCURRENCY = 8
const MAX_ROUNDS = 3
const wait: Sleep = (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs))

/** Shows what would change at Apple, and why. Changes nothing. */
export async function preview(
  desired: Desired,
  portal: DeveloperPortal,
  options: { readonly clock: Clock },
): Promise<Plan> {
  return (await survey(desired, portal, options)).plan
}

/** Reads Apple and plans; gives both. Changes nothing. */
export async function survey(
  desired: Desired,
  portal: DeveloperPortal,
  { clock }: { readonly clock: Clock },
): Promise<{ readonly observed: Observed; readonly plan: Plan }> {
  const observed = await observe(desired, portal)
  return { observed, plan: plan(desired, observed, clock.now()) }
}

/**
 * Makes a wish true at Apple and returns the signing assets: reads, plans, applies, and looks again when profiles were made,
 * because a parallel run may have changed a capability in between.
 *
 * Throws the first blocker of the plan before anything was changed (`provisioning.certificate_missing`,
 * `…certificate_not_in_team`, `…no_devices`, `…app_clip_by_hand`, `…entitlement_value_invalid`), or what Apple refused
 * (`…bundle_id_unavailable`, `…certificate_slots_full`, `…capability_refused`, `…profile_refused`). What was done until then
 * stays and is found by the next run.
 */
export async function provision(
  desired: Desired,
  portal: DeveloperPortal,
  options: ProvisionOptions,
): Promise<ProvisionResult> {
  const before = portal.requestsUsed()
  const onProgress = options.onProgress ?? (() => {})
  onProgress({ kind: 'observing' })
  const observed = await observe(desired, portal)
  const planned = plan(desired, observed, options.clock.now())
  onProgress({ kind: 'planned', plan: planned })
  await options.approve?.(planned, observed)
  const applied = await applyAlone(desired, observed, planned, portal, { ...options, onProgress })
  return {
    profiles: inOrderOf(desired, applied.profiles),
    identities: applied.identities,
    warnings: [...planned.warnings, ...applied.warnings],
    // Planned again from what stands now: new profiles show what is attached already.
    todos: plan(applied.desired, applied.observed, options.clock.now()).todos,
    plan: planned,
    requestsUsed: portal.requestsUsed() - before,
  }
}

type Options = ProvisionOptions & { readonly onProgress: OnProgress }

async function applyAlone(
  desired: Desired,
  observed: Observed,
  planned: Plan,
  portal: DeveloperPortal,
  options: Options,
): Promise<Applied> {
  const applying = applyOptions(options)
  const { lock } = options
  const isUntouched = planned.actions.length === 0 || planned.blockers.length > 0
  if (isUntouched || lock === undefined) return applyUntilStable(desired, observed, planned, portal, applying)
  return lock(async () => {
    const now = await observe(desired, portal)
    return applyUntilStable(desired, now, plan(desired, now, options.clock.now()), portal, applying)
  })
}

function applyOptions({ clock, sleep, onProgress, concurrency, generateKey, onIdentity }: Options): ApplyOptions {
  return {
    clock,
    onProgress,
    sleep: sleep ?? wait,
    concurrency: concurrency ?? DEFAULT_CONCURRENCY,
    generateKey: generateKey ?? generateSigningKey,
    onIdentity: onIdentity ?? (async () => {}),
  }
}

async function applyUntilStable(
  desired: Desired,
  observed: Observed,
  planned: Plan,
  portal: DeveloperPortal,
  options: ApplyOptions,
): Promise<Applied> {
  let applied = await apply(desired, observed, planned, portal, options)
  for (let round = 2; applied.hasChangedProfiles; round += 1) {
    const profiles = await portal.listProfiles(kindsOf(desired), identifiersOf(desired))
    const spoilt = applied.profiles.find(({ id }) => profiles.some((profile) => profile.id === id && !profile.isActive))
    if (spoilt === undefined) break
    const why = `"${spoilt.name}" became invalid while it was being made`
    if (round > MAX_ROUNDS) throw provisioningErrors.concurrently_changed({ subject: spoilt.name }, { detail: why })
    options.onProgress({ kind: 'again', why })
    applied = await nextRound(applied, portal, options)
  }
  return applied
}

async function nextRound(previous: Applied, portal: DeveloperPortal, options: ApplyOptions): Promise<Applied> {
  const { desired } = previous
  const observed = await observe(desired, portal)
  const next = await apply(desired, observed, plan(desired, observed, options.clock.now()), portal, options)
  return {
    ...next,
    identities: [...previous.identities, ...next.identities],
    warnings: [...previous.warnings, ...next.warnings],
  }
}

function inOrderOf(desired: Desired, profiles: readonly ProvisionedProfile[]): readonly ProvisionedProfile[] {
  return slotsOf(desired).flatMap((slot) => profiles.filter((profile) => isSameSlot(profile, slot)))
}
