import { claimed } from './capabilities.ts'
import { bundleIdPage, type EntitlementEffect, effectOf, GRANT_PAGE } from './entitlements.ts'
import { IDENTIFIER_KINDS, isOfKind } from './identifier-kinds.ts'
import { texts } from './identifiers.ts'
import type { Todo } from './notices.ts'

/** What one bundle ID is known to have: its handle, and the entitlements of a profile made for it. */
export interface Evidence {
  readonly bundleId: { readonly id: string } | undefined
  /** Entitlements of the profile that will sign, or of the newest one; empty when there is none. */
  readonly profileEntitlements: Readonly<Record<string, unknown>>
  /** The portal attaches identifiers itself, so those are no work for a person. */
  readonly attaches?: boolean
}

/**
 * Lists what only a person can do at Apple for these entitlements. What the profile shows to be done already is left out,
 * so a set-up that is complete asks for nothing.
 */
export function manualWork(
  identifier: string,
  entitlements: Readonly<Record<string, unknown>>,
  { bundleId, profileEntitlements, attaches = false }: Evidence,
): readonly Todo[] {
  return claimed(entitlements).flatMap(([entitlement, value]) => {
    const effect = effectOf(entitlement)
    if (effect === undefined) return []
    const missing = missingValues(value, profileEntitlements[entitlement]).filter(
      (text) => !(attaches && isAttachable(effect, text)),
    )
    const work = describe(effect, missing, Object.hasOwn(profileEntitlements, entitlement))
    if (work === undefined) return []
    const page = effect.effect === 'granted' ? GRANT_PAGE : bundleIdPage(bundleId)
    return [{ identifier, entitlement, page, ...work }]
  })
}

function describe(
  effect: EntitlementEffect,
  missing: readonly string[],
  isInProfile: boolean,
): Pick<Todo, 'text' | 'values'> | undefined {
  switch (effect.effect) {
    case 'enable':
    case 'attach':
      if (effect.attach === undefined || missing.length === 0) return undefined
      return { text: `attach these ${IDENTIFIER_KINDS[effect.attach].labels}: ${missing.join(', ')}`, values: missing }
    case 'by-hand':
      return isInProfile ? undefined : { text: `switch on ${effect.capability}`, values: [] }
    case 'granted':
      return isInProfile
        ? undefined
        : { text: 'ask Apple to grant this entitlement, then switch it on for the bundle ID', values: [] }
    case 'app-clip':
    case 'nothing':
      return undefined
  }
}

function missingValues(wanted: unknown, present: unknown): readonly string[] {
  const has = new Set(texts(present))
  return texts(wanted).filter((value) => !has.has(value))
}

function isAttachable(effect: EntitlementEffect, value: string): boolean {
  const kind = effect.effect === 'enable' || effect.effect === 'attach' ? effect.attach : undefined
  return kind !== undefined && isOfKind(kind, value)
}
