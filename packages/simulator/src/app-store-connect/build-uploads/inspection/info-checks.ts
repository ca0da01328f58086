import type { StateDetail } from '../../../world/settings.ts'
import { isBundleVersion, type UploadVersion } from '../numbers.ts'
import { type Bundle, listOf, textOf } from './bundles.ts'

/** What a binary is compared with. */
export interface Expected extends UploadVersion {
  /** Of the app record. */
  readonly bundleId: string
}

// The value of CFBundleSupportedPlatforms; the Mac's binaries come as packages.
const PLATFORM_NAMES: Readonly<Record<string, string>> = { IOS: 'iPhoneOS', TV_OS: 'AppleTVOS', VISION_OS: 'XROS' }

/** Keys that every bundle has, and what Apple answers without one. Texts: linphone-iphone#402, FSCalendar#1155, dotnet/macios#17193. */
const REQUIRED_KEYS: readonly {
  readonly key: string
  readonly code: string
  readonly text: (path: string) => string
}[] = [
  {
    key: 'CFBundleExecutable',
    code: '90207',
    text: withoutExecutable,
  },
  {
    key: 'CFBundleVersion',
    code: '90056',
    text: (path) => `This bundle ${path} is invalid. The Info.plist file is missing the required key: CFBundleVersion.`,
  },
  {
    key: 'CFBundleShortVersionString',
    code: '90057',
    text: (path) =>
      `The bundle '${path}' is missing plist key. The Info.plist file is missing the required key: CFBundleShortVersionString.`,
  },
  {
    key: 'MinimumOSVersion',
    code: '90360',
    text: (path) =>
      `Missing Info.plist value. A value for the key 'MinimumOSVersion' in bundle ${inPayload(path)} is required.`,
  },
]

function withoutExecutable(path: string): string {
  return `Invalid Bundle - The bundle at '/${path}' does not contain a bundle executable.`
}

/** A path without the folder that holds the app, as some of Apple's messages have it. */
function inPayload(path: string): string {
  return path.replace(/^Payload\//, '')
}

/** Keys that a bundle lacks, a version of more than three numbers, an executable that is not there. */
export function missingKeys({ path, info, files, hasInfo }: Bundle): StateDetail[] {
  if (!hasInfo) {
    const description = `This bundle is invalid - The Info.plist file for /${path} is missing or could not be read.`
    return [{ code: '90036', description }]
  }
  const findings = REQUIRED_KEYS.filter(({ key }) => textOf(info, key) === undefined).map(({ code, text }) => ({
    code,
    description: text(path),
  }))
  const version = textOf(info, 'CFBundleShortVersionString')
  if (version !== undefined && (!isBundleVersion(version) || version.split('.').length > 3)) {
    // highcharts-ios#203.
    const description = `This bundle is invalid. The value for key CFBundleShortVersionString '${version.slice(0, 100)}' in the Info.plist file must be a period-separated list of at most three non-negative integers.`
    findings.push({ code: '90060', description })
  }
  const executable = textOf(info, 'CFBundleExecutable')
  if (executable !== undefined && !files.has(executable)) {
    findings.push({ code: '90207', description: withoutExecutable(path) })
  }
  return findings
}

/** fastlane-old/deliver#440 has the code with a text of 2015; the text of today is in users' reports of 2026. */
function otherBundleId({ info }: Bundle, { bundleId }: Expected): StateDetail[] {
  if (textOf(info, 'CFBundleIdentifier') === bundleId) return []
  const description = `This bundle is invalid. The bundle identifier cannot be changed from the current value, '${bundleId}'. If you want to change your bundle identifier, you will need to create a new application in App Store Connect.`
  return [{ code: '90054', description }]
}

// simonnilsson/ios-uploader#5: the code and the text, where the older way of delivery has the versions in a metadata.xml.
function otherVersion({ path, info }: Bundle, key: string, attribute: string, expected: string): StateDetail[] {
  const found = textOf(info, key)
  if (found === undefined || found === expected) return []
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.app$/, '')
  const description = `Metadata/Info.plist Mismatch - The value '${expected}' for ${attribute} of the build upload does not match the value '${found.slice(0, 100)}' for ${key} in ${name} [${path}].`
  return [{ code: '90345', description }]
}

/** PingPlusPlus/pingpp-ios#84; there for a simulator's bundle, here for every platform that is not the upload's. */
function otherPlatform({ path, info }: Bundle, { platform }: Expected): StateDetail[] {
  const found = listOf(info, 'CFBundleSupportedPlatforms').map(String)
  if (found.length === 0 || found.includes(PLATFORM_NAMES[platform] ?? '')) return []
  const description = `Invalid CFBundleSupportedPlatforms value. The key 'CFBundleSupportedPlatforms' in the Info.plist file in bundle '${path}' contains an invalid value '[${found.join(', ').slice(0, 100)}]'.`
  return [{ code: '90542', description }]
}

/** What of the app is not what was reserved. */
export function mismatches(app: Bundle, expected: Expected): StateDetail[] {
  if (!app.hasInfo) return []
  return [
    ...otherBundleId(app, expected),
    ...otherVersion(app, 'CFBundleShortVersionString', 'cfBundleShortVersionString', expected.versionString),
    ...otherVersion(app, 'CFBundleVersion', 'cfBundleVersion', expected.version),
    ...otherPlatform(app, expected),
  ]
}

/** Extensions that do not have their app's versions: Apple warns. woocommerce-ios#10718. */
export function versionWarnings(app: Bundle, inside: readonly Bundle[]): StateDetail[] {
  return inside.flatMap(({ path, info }) =>
    ['CFBundleVersion', 'CFBundleShortVersionString'].flatMap((key) => {
      const [own, containing] = [textOf(info, key), textOf(app.info, key)]
      if (own === undefined || own === containing) return []
      const description = `${key} Mismatch - The ${key} value '${own.slice(0, 100)}' of extension '${inPayload(path)}' does not match the ${key} value '${containing ?? ''}' of its containing iOS application '${inPayload(app.path)}'.`
      return [{ code: '90473', description }]
    }),
  )
}
