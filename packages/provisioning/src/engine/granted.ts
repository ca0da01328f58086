import { claimed } from './capabilities.ts'
import { effectOf } from './entitlements.ts'
import { provisioningErrors } from './errors.ts'
import type { GrantedEntitlement } from './model.ts'
import type { Warning } from './notices.ts'
import type { PortalProfile } from './port.ts'

/**
 * The entitlements that profiles at Apple carry and that no key can ask for: those that Apple grants on request, those that a
 * person switched on by hand, and those that are known to nobody here but claimed by the app.
 */
export function grantedEntitlements(
  profiles: readonly PortalProfile[],
  entitlements: Readonly<Record<string, unknown>>,
): readonly GrantedEntitlement[] {
  const claims = new Set(claimed(entitlements).map(([key]) => key))
  const carriers = new Map<string, string>()
  for (const { name, entitlements: carried } of profiles)
    for (const key of Object.keys(carried)) if (isGrant(key, claims) && !carriers.has(key)) carriers.set(key, name)
  return [...carriers]
    .map(([entitlement, carrier]) => ({ entitlement, carrier, isClaimed: claims.has(entitlement) }))
    .sort((a, b) => (a.entitlement < b.entitlement ? -1 : 1))
}

/** Those that a profile does not carry. */
export function lostEntitlements(
  { entitlements }: PortalProfile,
  granted: readonly GrantedEntitlement[],
): readonly GrantedEntitlement[] {
  return granted.filter(({ entitlement }) => !Object.hasOwn(entitlements, entitlement))
}

/** A new profile without an entitlement that the app claims cannot replace the one that has it. */
export function refuseLoss(profile: PortalProfile, granted: readonly GrantedEntitlement[]): void {
  const lost = lostEntitlements(profile, granted).filter(({ isClaimed }) => isClaimed)
  const [first] = lost
  if (first === undefined) return
  const names = lost.map(({ entitlement }) => entitlement)
  throw provisioningErrors.entitlement_lost(
    { identifier: profile.identifier, entitlements: names, carrier: first.carrier },
    { detail: `a new profile for "${profile.identifier}" lacks ${names.join(', ')}, which "${first.carrier}" has` },
  )
}

/** What is lost without harm to this app. */
export function lossWarnings(profile: PortalProfile, granted: readonly GrantedEntitlement[]): readonly Warning[] {
  return lostEntitlements(profile, granted)
    .filter(({ isClaimed }) => !isClaimed)
    .map(({ entitlement, carrier }) => ({
      subject: entitlement,
      text: `"${profile.name}" does not have ${entitlement}, which "${carrier}" has; the app does not claim it`,
      remedy: 'Do nothing, unless another build needs that entitlement: then keep the older profile at Apple.',
    }))
}

function isGrant(key: string, claims: ReadonlySet<string>): boolean {
  const effect = effectOf(key)
  return effect === undefined ? claims.has(key) : effect.effect === 'granted' || effect.effect === 'by-hand'
}
