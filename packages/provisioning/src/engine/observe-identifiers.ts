import { type Desired, type DesiredBundleId, isWildcard } from './desired.ts'
import { claimedIdentifiers, type ObservedIdentifiers } from './identifiers.ts'
import type { PortalBundleId, PortalIdentifiers } from './port.ts'

/**
 * Reads what the wish's identifiers are like at Apple: one list for each claimed kind, and what is attached to each bundle ID that
 * claims any. Without claims nothing is read.
 */
export async function observeIdentifiers(
  { bundleIds: wished }: Desired,
  bundleIds: Promise<readonly PortalBundleId[]>,
  portal: PortalIdentifiers,
): Promise<ObservedIdentifiers> {
  const kinds = [...new Set(wished.flatMap((one) => claimsOf(one).map(({ kind }) => kind)))]
  const claiming = new Set(wished.filter((one) => claimsOf(one).length > 0).map(({ identifier }) => identifier))
  const readAttached = async () => {
    const present = (await bundleIds).filter(({ identifier }) => claiming.has(identifier))
    const read = present.map(async (one) => [one.identifier, await portal.attachedTo(one)] as const)
    return Object.fromEntries(await Promise.all(read))
  }
  const [registered, attached] = await Promise.all([
    Promise.all(kinds.map((kind) => portal.list(kind))),
    readAttached(),
  ])
  return { registered: registered.flat(), attached }
}

/** What a bundle ID of the wish claims. Apple attaches nothing to wildcards. */
function claimsOf({ identifier, entitlements }: DesiredBundleId) {
  return isWildcard(identifier) ? [] : claimedIdentifiers(entitlements)
}
