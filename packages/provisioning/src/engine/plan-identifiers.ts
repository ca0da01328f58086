import { isWildcard } from './desired.ts'
import { IDENTIFIER_KINDS } from './identifier-kinds.ts'
import {
  attachedTo,
  type ClaimedIdentifiers,
  claimedIdentifiers,
  identifierName,
  isIdentifier,
  type ObservedIdentifiers,
} from './identifiers.ts'
import type { ActionOf } from './model.ts'
import type { PortalBundleId } from './port.ts'

/** What has to be attached to one bundle ID. */
export type Attachment = ActionOf<'attach-identifiers'>

/** A bundle ID as far as identifiers are concerned. */
interface Claimant {
  readonly identifier: string
  readonly entitlements: Readonly<Record<string, unknown>>
  readonly atApple: PortalBundleId | undefined
}

/** What one bundle ID lacks. Nothing is ever detached, and where the portal cannot attach, nothing is planned. */
export function planAttachments(
  { identifier, entitlements, atApple }: Claimant,
  observed: ObservedIdentifiers | undefined,
): readonly Attachment[] {
  if (observed === undefined || isWildcard(identifier)) return []
  const attached = attachedTo(observed, atApple)
  return claimedIdentifiers(entitlements).flatMap((claim) => {
    const missing = claim.values.filter((value) => !attached.some(isIdentifier(claim.kind, value)))
    return missing.length === 0 ? [] : [attachment(identifier, claim, missing)]
  })
}

/** The identifiers that must be registered before they can be attached, each once. */
export function planRegistrations(
  attachments: readonly Attachment[],
  observed: ObservedIdentifiers | undefined,
): readonly ActionOf<'create-identifier'>[] {
  const wanted = new Map<string, ActionOf<'create-identifier'>>()
  for (const { identifier, identifierKind, values } of attachments) {
    for (const value of values) {
      if (observed?.registered.some(isIdentifier(identifierKind, value)) === true) continue
      const before = wanted.get(`${identifierKind} ${value}`)
      wanted.set(`${identifierKind} ${value}`, {
        kind: 'create-identifier',
        subject: value,
        reason: `the team has no such ${IDENTIFIER_KINDS[identifierKind].label}`,
        wanted: { kind: identifierKind, identifier: value, name: identifierName(value) },
        neededBy: [...(before?.neededBy ?? []), identifier].sort(),
      })
    }
  }
  return [...wanted.values()]
}

function attachment(
  identifier: string,
  { kind, entitlement }: ClaimedIdentifiers,
  missing: readonly string[],
): Attachment {
  return {
    kind: 'attach-identifiers',
    subject: `${IDENTIFIER_KINDS[kind].labels} of ${identifier}`,
    reason: `${entitlement} claims ${missing.join(', ')}`,
    identifier,
    identifierKind: kind,
    values: missing,
  }
}
