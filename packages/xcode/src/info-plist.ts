import { isAbsolute, join } from 'node:path'
import type { SettingOrigin } from './build-settings/assignment.ts'
import type { Resolution } from './build-settings/resolve.ts'
import { readValue, type TargetSettings } from './build-settings/target-settings.ts'
import { type PlistDictionary, readPlist } from './plist.ts'
import { type ExpandedPlist, expandPlist } from './plist-expansion.ts'
import type { XcodeProject } from './project.ts'

/** A file that a build setting names. */
export type SettingFile =
  | { readonly state: 'none' }
  | {
      readonly state: 'read'
      readonly path: string
      readonly values: PlistDictionary
      /** The lines that named the file. */
      readonly origins: readonly SettingOrigin[]
    }
  | { readonly state: 'missing'; readonly path: string; readonly origins: readonly SettingOrigin[] }
  | { readonly state: 'unresolved'; readonly reason: string }

/** Reads the property list that a setting such as `INFOPLIST_FILE` names, relative to the project's folder. */
export function readSettingFile(project: XcodeProject, settings: TargetSettings, setting: string): SettingFile {
  const named = settings.resolve(setting)
  if (named === undefined) return { state: 'none' }
  if (named.state === 'unresolved') return { state: 'unresolved', reason: `${setting}: ${named.reason}` }
  const name = named.value.trim().replace(/^"(.*)"$/, '$1')
  if (name === '') return { state: 'none' }
  const path = isAbsolute(name) ? name : join(project.sourceRoot, name)
  const origin = named.origins[0]
  const bytes = project.files.read(path, origin?.file === undefined ? setting : `${origin.file}:${origin.line}`)
  const shown = project.files.show(path)
  return bytes === undefined
    ? { state: 'missing', path: shown, origins: named.origins }
    : { state: 'read', path: shown, values: readPlist(bytes, shown), origins: named.origins }
}

/** The target's Info.plist with its build settings expanded; undefined when there is none to read. */
export function readInfoPlist(project: XcodeProject, settings: TargetSettings): ExpandedPlist | undefined {
  const file = readSettingFile(project, settings, 'INFOPLIST_FILE')
  return file.state === 'read' ? expandPlist(file.values, settings) : undefined
}

/**
 * The bundle ID a target is signed with: `PRODUCT_BUNDLE_IDENTIFIER`, or, if that is empty,
 * `CFBundleIdentifier` of its Info.plist with build settings expanded. What is no bundle ID counts as unresolved.
 */
export function resolveBundleId(project: XcodeProject, settings: TargetSettings): Resolution {
  const resolution = forMacCatalyst(writtenBundleId(project, settings), settings)
  if (resolution.state === 'unresolved' || BUNDLE_ID.test(resolution.value)) return resolution
  const names = resolution.undefinedNames.map((name) => `$(${name})`).join(', ')
  const reason = `"${resolution.value}" is no bundle ID${names === '' ? '' : `; nothing defines ${names}`}`
  const text = resolution.origins[0]?.text ?? resolution.value
  return { ...resolution, state: 'unresolved', text, reason }
}

/** Xcode derives a bundle ID of its own for the Mac where the project asks for that. */
function forMacCatalyst(resolution: Resolution, settings: TargetSettings): Resolution {
  const name = 'DERIVE_MACCATALYST_PRODUCT_BUNDLE_IDENTIFIER'
  const isDerived = settings.isMacCatalyst && readValue(settings, name) === 'YES'
  if (!isDerived || resolution.state === 'unresolved' || resolution.value.startsWith(MAC_CATALYST)) return resolution
  const origins = [...resolution.origins, ...settings.originsOf(name).slice(0, 1)]
  return { ...resolution, value: `${MAC_CATALYST}${resolution.value}`, origins }
}

const MAC_CATALYST = 'maccatalyst.'

/** Letters, digits and hyphens in parts joined by dots. */
const BUNDLE_ID = /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/

function writtenBundleId(project: XcodeProject, settings: TargetSettings): Resolution {
  const setting = settings.resolve('PRODUCT_BUNDLE_IDENTIFIER')
  if (setting?.state === 'unresolved' || (setting !== undefined && setting.value !== '')) return setting
  const file = readSettingFile(project, settings, 'INFOPLIST_FILE')
  if (file.state !== 'read') return unresolved(reasonWithout(file))
  const written = file.values.CFBundleIdentifier
  if (typeof written !== 'string' || written === '') {
    return unresolved(`PRODUCT_BUNDLE_IDENTIFIER is not set and ${file.path} has no CFBundleIdentifier`)
  }
  const resolution = settings.expand(written)
  const origin = { layer: 'info-plist', file: file.path, setting: 'CFBundleIdentifier', text: written } as const
  return { ...resolution, origins: [origin, ...resolution.origins] }
}

function reasonWithout(file: Exclude<SettingFile, { state: 'read' }>): string {
  const start = 'PRODUCT_BUNDLE_IDENTIFIER is not set'
  if (file.state === 'missing') return `${start} and the Info.plist "${file.path}" does not exist`
  return file.state === 'none' ? `${start}, nor is INFOPLIST_FILE` : `${start} and ${file.reason}`
}

function unresolved(reason: string): Resolution {
  return { state: 'unresolved', text: '', reason, undefinedNames: [], origins: [] }
}
