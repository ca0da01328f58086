import { claimed } from './capabilities.ts'
import { effectOf } from './entitlements.ts'
import { IDENTIFIER_KINDS, type IdentifierKind, isOfKind } from './identifier-kinds.ts'
import type { PortalBundleId, PortalIdentifier } from './port.ts'

/** Identifiers of one kind that an app claims. */
export interface ClaimedIdentifiers {
  readonly kind: IdentifierKind
  /** Sorted, each once. */
  readonly values: readonly string[]
  /** The first entitlement that claims them. */
  readonly entitlement: string
}

/** What Apple has of identifiers, as far as a wish is concerned. */
export interface ObservedIdentifiers {
  /** Those of the claimed kinds that the team has. */
  readonly registered: readonly PortalIdentifier[]
  /** What is attached, by the text of the bundle ID; bundle IDs that claim nothing are not in it. */
  readonly attached: Readonly<Record<string, readonly PortalIdentifier[]>>
}

/** The identifiers that entitlements claim and that a session can register and attach. */
export function claimedIdentifiers(entitlements: Readonly<Record<string, unknown>>): readonly ClaimedIdentifiers[] {
  const claims = claimed(entitlements).flatMap(([entitlement, value]) => {
    const kind = kindOf(entitlement)
    return kind === undefined
      ? []
      : [{ kind, entitlement, values: texts(value).filter((text) => isOfKind(kind, text)) }]
  })
  return (Object.keys(IDENTIFIER_KINDS) as IdentifierKind[]).flatMap((kind) => {
    const [first, ...others] = claims.filter((claim) => claim.kind === kind && claim.values.length > 0)
    if (first === undefined) return []
    const values = new Set([first, ...others].flatMap((claim) => claim.values))
    return [{ kind, values: [...values].sort(), entitlement: first.entitlement }]
  })
}

/** The texts of an entitlement's value. */
export function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}

/** What is attached to a bundle ID. */
export function attachedTo(
  { attached }: ObservedIdentifiers,
  bundleId: Pick<PortalBundleId, 'identifier'> | undefined,
): readonly PortalIdentifier[] {
  return (bundleId && attached[bundleId.identifier]) ?? []
}

/** Says whether something is this identifier. */
export function isIdentifier(kind: IdentifierKind, value: string) {
  return (one: PortalIdentifier): boolean => one.kind === kind && one.identifier === value
}

/** The name under which Apple lists a new identifier, as Xcode makes it. Apple refuses anything but letters, digits and spaces. */
export function identifierName(identifier: string): string {
  return identifier
    .replace(/[^A-Za-z0-9]+/g, ' ')
    .trim()
    .slice(0, 100)
}

function kindOf(entitlement: string): IdentifierKind | undefined {
  const effect = effectOf(entitlement)
  return effect?.effect === 'enable' || effect?.effect === 'attach' ? effect.attach : undefined
}
