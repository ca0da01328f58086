import { readValue, type TargetSettings } from './build-settings/target-settings.ts'
import type { Entitlements } from './entitlements.ts'
import type { TargetRole } from './product-types.ts'

/**
 * Says whether a target is signed with a provisioning profile of its own.
 *
 * Whatever has an executable in a bundle may have one, XPC services too. Off macOS every such bundle needs one. On macOS
 * an XPC service needs one when the project names a profile for it, or when it claims an entitlement that only a profile
 * can authorise. Apps and extensions for the Mac always get one here: TestFlight and the App Store ask for it.
 *
 * Sources: Swift Build, commit 36054958, `Darwin Product Types.xcspec` (`PROVISIONING_PROFILE_REQUIRED` of the XPC
 * service, which app extensions inherit, is `$(__IS_NOT_MACOS)`); Apple TN3125.
 */
export function needsProfile(role: TargetRole, settings: TargetSettings, entitlements: Entitlements): boolean {
  if (role !== 'xpc-service' || settings.platform !== 'macosx') return true
  return namesProfile(settings) || claimsRestricted(entitlements)
}

function namesProfile(settings: TargetSettings): boolean {
  return PROFILE_SETTINGS.some((name) => readValue(settings, name) !== '')
}

const PROFILE_SETTINGS = ['PROVISIONING_PROFILE_SPECIFIER', 'PROVISIONING_PROFILE']

function claimsRestricted(entitlements: Entitlements): boolean {
  return (
    entitlements.state === 'read' &&
    Object.entries(entitlements.values).some(([key, value]) => isRestrictedOnMac(key, value))
  )
}

/** Sandbox, hardened runtime and hypervisor: what any code on macOS may claim for itself. */
const UNRESTRICTED = 'com.apple.security.'
const APP_GROUPS = 'com.apple.security.application-groups'

/**
 * Says whether macOS takes an entitlement from a profile only. Groups named as on iOS (`group.…`) are shared with apps of
 * other platforms and so have to be authorised; those that begin with the team's id are not.
 */
export function isRestrictedOnMac(key: string, value: unknown): boolean {
  if (key === APP_GROUPS) return Array.isArray(value) && value.some((group) => String(group).startsWith('group.'))
  return !key.startsWith(UNRESTRICTED)
}
