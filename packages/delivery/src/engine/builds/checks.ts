import type { InfoDictionary, PlistValue } from '@cordon/app-archive/plist'
import { type CordonError, isCordonError } from '@cordon/core/errors'
import { type Instant, toIso } from '@cordon/core/instant'
import { type ProvisioningProfile, readProfile } from '@cordon/signing/provisioning-profile'
import type { StorePlatform } from '../platforms.ts'
import type { BuildFile, BuildPart } from './build-file.ts'
import { deliveryErrors } from './errors.ts'

/** What the file is checked against, without asking Apple. */
export interface FileWishes {
  /** Undefined: that of the file. */
  readonly platform: StorePlatform | undefined
  readonly now: Instant
}

type Check = (file: BuildFile, wishes: FileWishes) => readonly CordonError[]

/** Everything that is wrong with the file itself; empty when Apple may have it. */
export function problemsOfFile(file: BuildFile, wishes: FileWishes): readonly CordonError[] {
  return CHECKS.flatMap((check) => check(file, wishes))
}

const CHECKS: readonly Check[] = [versions, platform, profiles, icon, keys, packageSignature]

const NUMBERS = /^\d+(\.\d+){0,2}$/
/** Apple's own limit of both versions. */
const MAX_VERSION_LENGTH = 18

function versions({ version, buildNumber }: BuildFile): readonly CordonError[] {
  const given = { CFBundleShortVersionString: version, CFBundleVersion: buildNumber }
  return Object.entries(given)
    .filter(([, value]) => value === undefined || !NUMBERS.test(value) || value.length > MAX_VERSION_LENGTH)
    .map(([key, value = null]) =>
      deliveryErrors.version_invalid({ key, value }, { detail: `${key} is ${value === null ? 'missing' : value}` }),
    )
}

function platform({ platform: found }: BuildFile, { platform: wanted }: FileWishes): readonly CordonError[] {
  if (wanted === undefined || found === undefined || wanted === found) return []
  return [deliveryErrors.platform_mismatch({ wanted, found }, { detail: `${wanted} is wanted, the file is ${found}` })]
}

function profiles({ kind, platform: found, parts }: BuildFile, { now }: FileWishes): readonly CordonError[] {
  // Apps for the Mac need one only for some entitlements.
  if (kind === 'pkg' || found === 'MAC_OS') return []
  return parts.flatMap((part) => profileProblems(part, now))
}

function profileProblems({ bundleId, profile: bytes }: BuildPart, now: Instant): readonly CordonError[] {
  if (bytes === undefined) return [deliveryErrors.profile_missing({ bundleId }, { detail: bundleId })]
  const profile = readOrRefuse(bytes, bundleId)
  if (isCordonError(profile)) return [profile]
  const { name, distributionMethod: distribution, expiresAt, bundleIdentifier: profileBundleId } = profile
  const about = { bundleId, profile: name }
  const problems: CordonError[] = []
  if (distribution !== 'app-store') {
    const detail = `${bundleId} is signed for ${distribution} with "${name}"`
    problems.push(deliveryErrors.profile_not_for_store({ ...about, distribution }, { detail }))
  }
  if (expiresAt <= now) {
    const expiredAt = toIso(expiresAt)
    problems.push(deliveryErrors.profile_expired({ ...about, expiredAt }, { detail: `"${name}" on ${expiredAt}` }))
  }
  if (!covers(profileBundleId, bundleId)) {
    const detail = `"${name}" is for ${profileBundleId}, not for ${bundleId}`
    problems.push(deliveryErrors.profile_mismatch({ ...about, profileBundleId }, { detail }))
  }
  return problems
}

function readOrRefuse(bytes: Uint8Array, bundleId: string): ProvisioningProfile | CordonError {
  try {
    return readProfile(bytes)
  } catch (cause) {
    return deliveryErrors.profile_unreadable({ bundleId }, { detail: bundleId, cause })
  }
}

function covers(pattern: string, bundleId: string): boolean {
  return pattern.endsWith('*') ? bundleId.startsWith(pattern.slice(0, -1)) : pattern === bundleId
}

/** Where an Info.plist may name its icon: a name in the asset catalog, or files. */
const ICON_KEYS: readonly (readonly string[])[] = [
  ['CFBundleIconName'],
  ['CFBundleIconFile'],
  ['CFBundleIconFiles'],
  ['CFBundleIcons', 'CFBundlePrimaryIcon'],
]

function icon({ kind, bundleId, parts: [app], iconFiles }: BuildFile): readonly CordonError[] {
  if (kind === 'pkg' || app === undefined) return []
  const isNamed = ICON_KEYS.some((keys) => isFilled(at(app.info, keys)))
  if (isNamed && iconFiles.length > 0) return []
  const detail = isNamed ? `${bundleId}: an icon is named, and no file of it is in the app` : bundleId
  return [deliveryErrors.icon_missing({ bundleId }, { detail })]
}

function at(info: InfoDictionary, keys: readonly string[]): PlistValue | undefined {
  return keys.reduce<PlistValue | undefined>(
    (value, key) => (typeof value === 'object' && value !== null ? (Reflect.get(value, key) as PlistValue) : undefined),
    info as PlistValue,
  )
}

function isFilled(value: PlistValue | undefined): boolean {
  if (value === undefined || value === null || value === '') return false
  return typeof value !== 'object' || Object.keys(value).length > 0
}

/** Keys that an app must have. Source: Apple's refusals 90022 to 90507 as users report them. */
const REQUIRED: Readonly<Record<StorePlatform, readonly string[]>> = {
  IOS: ['CFBundleExecutable', 'MinimumOSVersion', 'UIDeviceFamily'],
  TV_OS: ['CFBundleExecutable', 'MinimumOSVersion', 'UIDeviceFamily'],
  VISION_OS: ['CFBundleExecutable', 'MinimumOSVersion'],
  MAC_OS: ['CFBundleExecutable', 'LSMinimumSystemVersion', 'LSApplicationCategoryType'],
}

function keys({ bundleId, platform: found, parts: [app] }: BuildFile): readonly CordonError[] {
  if (app === undefined || found === undefined) return []
  return REQUIRED[found]
    .filter((key) => !isFilled(app.info[key]))
    .map((key) => deliveryErrors.info_key_missing({ bundleId, key }, { detail: `${bundleId}: ${key}` }))
}

function packageSignature({ path, isPackageSigned }: BuildFile): readonly CordonError[] {
  return isPackageSigned === false ? [deliveryErrors.package_unsigned({ path }, { detail: `"${path}"` })] : []
}

/** Throws the problem, or all of them in one error; does nothing when there is none. */
export function throwProblems(problems: readonly CordonError[]): void {
  const [only, ...others] = problems
  if (only === undefined) return
  if (others.length === 0) throw only
  const told = problems.map((one) => ({ code: one.code, text: textOf(one), remedy: one.remedy }))
  const detail = told.map(({ text }) => text).join('; ')
  throw deliveryErrors.several_problems({ problems: told }, { detail })
}

function textOf({ title, detail }: CordonError): string {
  return detail === undefined ? title : `${title}: ${detail}`
}
