import { type PlatformName, platformOfSdk, platformsIn } from '../platforms.ts'
import type { XcodeProject } from '../project.ts'
import type { Target } from '../targets.ts'
import type { MissingXcconfig } from '../xcconfig/load.ts'
import { builtInAssignments, overrideAssignments } from './built-in.ts'
import { collectLayers, type SettingLayers } from './layers.ts'
import { isMadeByXcode } from './made-by-xcode.ts'
import { type BuildSettings, createBuildSettings } from './resolve.ts'

/** The settings of one target in one configuration, on the platform it is built for. */
export interface TargetSettings extends BuildSettings {
  /** Undefined when `SDKROOT` and `SUPPORTED_PLATFORMS` do not tell. */
  readonly platform: PlatformName | undefined
  /** An iOS app built for the Mac; its platform is then `macosx`. */
  readonly isMacCatalyst: boolean
  readonly missingXcconfigs: readonly MissingXcconfig[]
  readonly xcconfigProblems: readonly string[]
}

export interface SettingsOptions {
  /** The platform to build a multi-platform target for; targets of one platform keep theirs. */
  readonly platform?: PlatformName
  /** Build those targets that support it for Mac Catalyst. */
  readonly macCatalyst?: boolean
  /** Settings that win over all files, as on the command line of `xcodebuild`. */
  readonly overrides?: Readonly<Record<string, string>>
}

/**
 * Resolves a target's build settings without Xcode: built-in → project's xcconfig → project → target's xcconfig →
 * target → overrides. Source of the rules: Swift Build, commit 41aee626.
 */
export function targetSettings(
  project: XcodeProject,
  target: Target,
  configuration: string,
  options: SettingsOptions = {},
): TargetSettings {
  const layers = collectLayers(project, target, configuration)
  const build = (platform: PlatformName | undefined) =>
    createBuildSettings(
      [
        ...builtInAssignments(project, target, configuration, platform),
        ...layers.assignments,
        ...overrideAssignments(options.overrides ?? {}),
      ],
      contextOf(configuration, platform),
      (name) => whyNotEmpty(name, layers),
    )
  const asWritten = build(undefined)
  const isMacCatalyst = options.macCatalyst === true && readValue(asWritten, 'SUPPORTS_MACCATALYST') === 'YES'
  const platform = isMacCatalyst ? 'macosx' : choosePlatform(asWritten, options.platform)
  return { ...build(platform), platform, isMacCatalyst, ...reportOf(layers) }
}

function contextOf(configuration: string, platform: PlatformName | undefined): Map<string, string> {
  const context = new Map([
    ['arch', 'arm64'],
    ['config', configuration],
    ['variant', 'normal'],
  ])
  if (platform !== undefined) context.set('sdk', platform)
  return context
}

/** Xcode takes an undefined setting as empty; that is known here only when every file was read and Xcode adds nothing. */
function whyNotEmpty(name: string, layers: SettingLayers): string | undefined {
  const missing = layers.missing.filter((file) => !file.isOptional).map((file) => file.path)
  if (missing.length > 0) return `${[...new Set(missing)].join(', ')} could not be read`
  return isMadeByXcode(name) ? 'Xcode gives it a value when it builds' : undefined
}

function reportOf(layers: SettingLayers): Pick<TargetSettings, 'missingXcconfigs' | 'xcconfigProblems'> {
  return { missingXcconfigs: layers.missing, xcconfigProblems: layers.problems }
}

function choosePlatform(settings: BuildSettings, wanted: PlatformName | undefined): PlatformName | undefined {
  const supported = platformsIn(readValue(settings, 'SUPPORTED_PLATFORMS'))
  if (wanted !== undefined && supported.includes(wanted)) return wanted
  return platformOfSdk(readValue(settings, 'SDKROOT')) ?? supported[0]
}

/** A setting's value, or nothing when it is not defined or cannot be resolved. */
export function readValue(settings: BuildSettings, name: string): string {
  const resolution = settings.resolve(name)
  return resolution?.state === 'resolved' ? resolution.value : ''
}
