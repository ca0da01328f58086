import type { SettingOrigin } from './build-settings/assignment.ts'
import type { Resolution } from './build-settings/resolve.ts'
import type { TargetSettings } from './build-settings/target-settings.ts'
import { type Entitlements, readEntitlements } from './entitlements.ts'
import { resolveBundleId } from './info-plist.ts'
import { find, textOf } from './pbxproj/document.ts'
import { lineOf } from './pbxproj/lines.ts'
import { PLATFORMS, type PlatformName } from './platforms.ts'
import { productTypeOf, type TargetRole } from './product-types.ts'
import { needsProfile } from './profile-need.ts'
import type { XcodeProject } from './project.ts'
import type { Target } from './targets.ts'

/** How one target is signed, as its project says. */
export interface AnalysedTarget {
  readonly id: string
  readonly name: string
  readonly productType: string
  readonly role: TargetRole
  readonly platform: PlatformName | undefined
  /** `iOS`, `watchOS`, … */
  readonly platformDisplayName: string | undefined
  /** An iOS app built for the Mac: it has profiles of its own. */
  readonly isMacCatalyst: boolean
  /** The line of the project that names the target's product type. */
  readonly productTypeOrigin: SettingOrigin | undefined
  /** The lines that the platform follows from. */
  readonly platformOrigins: readonly SettingOrigin[]
  /** False for an XPC service of a Mac app that claims nothing a profile has to authorise. */
  readonly needsProfile: boolean
  readonly bundleId: Resolution
  /** Only for UI tests: the bundle ID of the app that Xcode wraps them in. */
  readonly runnerBundleId?: string
  /** Undefined when the project names no team. */
  readonly teamId: Resolution | undefined
  readonly signingStyle: SigningStyle
  readonly entitlements: Entitlements
  /** Relative to the project's root. */
  readonly entitlementsPath: string | undefined
}

export interface SigningStyle {
  readonly value: 'automatic' | 'manual'
  /** None when the project does not say; Xcode then signs automatically. */
  readonly origin: SettingOrigin | undefined
}

/** Reads what concerns signing of one target from its resolved settings and the files they name. */
export function analyseTarget(project: XcodeProject, target: Target, settings: TargetSettings): AnalysedTarget {
  const { platform } = settings
  const role = roleOf(target, platform)
  const bundleId = resolveBundleId(project, settings)
  const identifier = bundleId.state === 'resolved' ? bundleId.value : undefined
  const entitlements = readEntitlements(project, settings, identifier)
  return {
    id: target.id,
    name: target.name,
    productType: target.productType ?? '',
    role,
    platform,
    platformDisplayName: settings.isMacCatalyst ? 'Mac Catalyst' : platform && PLATFORMS[platform].displayName,
    isMacCatalyst: settings.isMacCatalyst,
    productTypeOrigin: productTypeOrigin(project, target),
    platformOrigins: [
      'SDKROOT',
      'SUPPORTED_PLATFORMS',
      ...(settings.isMacCatalyst ? ['SUPPORTS_MACCATALYST'] : []),
    ].flatMap((name) => settings.resolve(name)?.origins ?? []),
    needsProfile: needsProfile(role, settings, entitlements),
    bundleId,
    ...(role === 'ui-tests' && identifier !== undefined && { runnerBundleId: `${identifier}.xctrunner` }),
    teamId: teamOf(project, target, settings),
    signingStyle: styleOf(project, target, settings),
    entitlements,
    entitlementsPath: 'path' in entitlements ? entitlements.path : undefined,
  }
}

function productTypeOrigin({ document, objects }: XcodeProject, target: Target): SettingOrigin | undefined {
  const node = find(document, objects.get(target.id), 'productType')
  const text = textOf(document, node)
  if (node === undefined || text === undefined) return undefined
  return { layer: 'target', file: document.path, line: lineOf(document, node), setting: 'productType', text }
}

/** Since Xcode 14 a watch app has the product type of any other app. */
function roleOf(target: Target, platform: PlatformName | undefined): TargetRole {
  const role = productTypeOf(target.productType).role ?? 'app'
  return role === 'app' && platform === 'watchos' ? 'watch-app' : role
}

function teamOf(project: XcodeProject, target: Target, settings: TargetSettings): Resolution | undefined {
  const setting = settings.resolve('DEVELOPMENT_TEAM')
  if (setting !== undefined && (setting.state === 'unresolved' || setting.value !== '')) return setting
  const attribute = attributeOf(project, target, 'DevelopmentTeam')
  return attribute?.text
    ? { state: 'resolved', value: attribute.text, origins: [attribute], undefinedNames: [] }
    : undefined
}

function styleOf(project: XcodeProject, target: Target, settings: TargetSettings): SigningStyle {
  const setting = settings.resolve('CODE_SIGN_STYLE')
  const known = setting?.state === 'resolved' ? styleNamed(setting.value, setting.origins[0]) : undefined
  const attribute = attributeOf(project, target, 'ProvisioningStyle')
  return known ?? styleNamed(attribute?.text, attribute) ?? { value: 'automatic', origin: undefined }
}

function styleNamed(name: string | undefined, origin: SettingOrigin | undefined): SigningStyle | undefined {
  const value = name?.toLowerCase()
  return value === 'manual' || value === 'automatic' ? { value, origin } : undefined
}

function attributeOf(project: XcodeProject, target: Target, name: string): SettingOrigin | undefined {
  const { document } = project
  const node = find(document, target.attributes, name)
  const text = textOf(document, node)
  if (node === undefined || text === undefined) return undefined
  return { layer: 'target-attributes', file: document.path, line: lineOf(document, node), setting: name, text }
}
