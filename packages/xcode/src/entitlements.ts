import type { SettingOrigin } from './build-settings/assignment.ts'
import type { TargetSettings } from './build-settings/target-settings.ts'
import { readSettingFile, type SettingFile } from './info-plist.ts'
import type { PlistDictionary } from './plist.ts'
import { expandPlist, type UnresolvedValue } from './plist-expansion.ts'
import type { XcodeProject } from './project.ts'

/** What a target's entitlements file says. */
export type Entitlements =
  | {
      readonly state: 'read'
      /** Relative to the project's root. */
      readonly path: string
      /** Build settings expanded; `$(AppIdentifierPrefix)` and `$(TeamIdentifierPrefix)` stay, the profile gives them. */
      readonly values: PlistDictionary
      readonly unresolved: readonly UnresolvedValue[]
      /** The lines that named the file. */
      readonly origins: readonly SettingOrigin[]
    }
  | Exclude<SettingFile, { state: 'read' }>

/** Known only once the profile is. */
const FROM_PROFILE: ReadonlySet<string> = new Set(['AppIdentifierPrefix', 'TeamIdentifierPrefix'])

/** Reads the file in `CODE_SIGN_ENTITLEMENTS`, which may differ per configuration and SDK. */
export function readEntitlements(
  project: XcodeProject,
  settings: TargetSettings,
  bundleId: string | undefined,
): Entitlements {
  const file = readSettingFile(project, settings, 'CODE_SIGN_ENTITLEMENTS')
  if (file.state !== 'read') return file
  const extra = new Map(bundleId === undefined ? [] : [['CFBundleIdentifier', bundleId]])
  const { values, unresolved } = expandPlist(file.values, settings, { extra, keep: FROM_PROFILE })
  return { state: 'read', path: file.path, values, unresolved, origins: file.origins }
}
