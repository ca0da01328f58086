import type { Desired } from './desired.ts'
import type { Observed } from './model.ts'
import { observeIdentifiers } from './observe-identifiers.ts'
import { concernsDevices } from './plan-devices.ts'
import type { DeveloperPortal } from './port.ts'
import { isSameKind, type ProfileKind } from './profile-kinds.ts'
import { slotsOf } from './slots.ts'

/**
 * Reads what Apple has, all at once: one listing each of bundle IDs with their capabilities, certificates, devices and profiles.
 * Devices are not read where no profile lists them, identifiers only where the portal can attach them and the wish claims any.
 */
export async function observe(desired: Desired, portal: DeveloperPortal): Promise<Observed> {
  const identifiers = identifiersOf(desired)
  const listed = portal.listBundleIds(identifiers)
  const [bundleIds, certificates, devices, profiles, attachable] = await Promise.all([
    listed,
    portal.listCertificates(),
    concernsDevices(desired) ? portal.listDevices() : [],
    portal.listProfiles(kindsOf(desired), identifiers),
    portal.identifiers && observeIdentifiers(desired, listed, portal.identifiers),
  ])
  return { bundleIds, certificates, devices, profiles, ...(attachable && { identifiers: attachable }) }
}

/** The texts of all bundle IDs of a wish, each once. */
export function identifiersOf({ bundleIds }: Desired): readonly string[] {
  return [...new Set(bundleIds.map(({ identifier }) => identifier))]
}

/** The kinds of profiles that a wish needs, each once. */
export function kindsOf(desired: Desired): readonly ProfileKind[] {
  const kinds = slotsOf(desired).map(({ platform, distribution }) => ({ platform, distribution }))
  return kinds.filter((kind, index) => kinds.findIndex((other) => isSameKind(kind, other)) === index)
}
