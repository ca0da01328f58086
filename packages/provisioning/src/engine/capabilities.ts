import type { CordonError } from '@cordon/core/errors'
import { type EntitlementEffect, effectOf, type SettingRule } from './entitlements.ts'
import { provisioningErrors } from './errors.ts'
import type { Warning } from './notices.ts'
import type { CapabilitySetting, PortalCapability } from './port.ts'

/** A capability that the app's code needs, and which entitlement says so. */
export interface RequiredCapability {
  /** Apple's name of it. */
  readonly type: string
  /** What to choose when it is switched on. */
  readonly settings: readonly CapabilitySetting[]
  /** The settings that are changed when Apple has another option chosen. */
  readonly corrected: readonly CapabilitySetting[]
  readonly entitlement: string
}

/** What the entitlements of one bundle ID ask for. */
export interface Requirements {
  readonly capabilities: readonly RequiredCapability[]
  readonly isAppClip: boolean
  readonly warnings: readonly Warning[]
  readonly invalid: readonly CordonError[]
}

type Enable = Extract<EntitlementEffect, { effect: 'enable' }>

/** The entitlements that the code really claims: `false` claims nothing. */
export function claimed(entitlements: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.entries(entitlements)
    .filter(([, value]) => value !== false)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Reads what a bundle ID needs from its entitlements. Unknown keys are warnings: they are no reason to stop a build. */
export function requirementsOf(identifier: string, entitlements: Readonly<Record<string, unknown>>): Requirements {
  const claims = claimed(entitlements)
  const capabilities = new Map<string, RequiredCapability>()
  const invalid: CordonError[] = []
  for (const [entitlement, value] of claims) {
    const effect = effectOf(entitlement)
    if (effect?.effect !== 'enable') continue
    const option = chosenOption(effect, value)
    if (option === 'invalid') invalid.push(invalidValue(identifier, entitlement, effect))
    else if (option !== null && !capabilities.has(effect.capability))
      capabilities.set(effect.capability, required(effect, entitlement, option))
  }
  return {
    capabilities: [...capabilities.values()].sort((a, b) => (a.type < b.type ? -1 : 1)),
    isAppClip: claims.some(([entitlement]) => effectOf(entitlement)?.effect === 'app-clip'),
    warnings: claims.filter(([key]) => effectOf(key) === undefined).map(([key]) => unknownEntitlement(identifier, key)),
    invalid,
  }
}

/** What a bundle ID lacks: the capability itself, or settings that must change. `undefined`: nothing. */
export function capabilityGap(
  required: RequiredCapability,
  present: readonly PortalCapability[],
):
  | { readonly state: 'missing' }
  | {
      readonly state: 'differs'
      readonly capability: PortalCapability
      readonly settings: readonly CapabilitySetting[]
    }
  | undefined {
  const capability = present.find(({ type }) => type === required.type)
  if (capability === undefined) return { state: 'missing' }
  const settings = required.corrected.filter((wanted) => !hasSetting(capability, wanted))
  return settings.length === 0 ? undefined : { state: 'differs', capability, settings }
}

function hasSetting(capability: PortalCapability, wanted: CapabilitySetting): boolean {
  const chosen = capability.settings.filter(({ key }) => key === wanted.key).flatMap(({ options }) => options)
  return chosen.length === wanted.options.length && wanted.options.every((option) => chosen.includes(option))
}

function chosenOption({ setting }: Enable, value: unknown): string | undefined | null | 'invalid' {
  if (setting === undefined) return undefined
  if (typeof setting.option === 'string') return setting.option
  if (typeof value !== 'string' || !Object.hasOwn(setting.option, value)) return 'invalid'
  return setting.option[value]
}

function required(effect: Enable, entitlement: string, option: string | undefined): RequiredCapability {
  const settings = settingsOf(effect.setting, option)
  const corrected = effect.setting?.isCorrected === true ? settings : []
  return { type: effect.capability, settings, corrected, entitlement }
}

function settingsOf(rule: SettingRule | undefined, option: string | undefined): readonly CapabilitySetting[] {
  return rule === undefined || option === undefined ? [] : [{ key: rule.key, options: [option] }]
}

function invalidValue(identifier: string, entitlement: string, { setting }: Enable): CordonError {
  const accepted =
    setting === undefined || typeof setting.option === 'string' ? '' : Object.keys(setting.option).join(', ')
  return provisioningErrors.entitlement_value_invalid(
    { identifier, entitlement, accepted },
    { detail: `"${entitlement}" of "${identifier}" must be one of: ${accepted}` },
  )
}

function unknownEntitlement(identifier: string, key: string): Warning {
  return {
    subject: key,
    text: `entitlement "${key}" of "${identifier}" is not known here, so nothing was switched on for it`,
    remedy:
      'Check in Xcode whether it needs a capability, and switch that on by hand at Apple if the build does not sign.',
  }
}
