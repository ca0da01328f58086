import type { StateDetail } from '../../../world/settings.ts'
import { storeOf } from '../../../world/team.ts'
import type { Scene } from '../../../world/world.ts'
import { certificates } from '../../certificates/store.ts'
import { type Bundle, type Dictionary, dictionaryOf, listOf, textOf } from './bundles.ts'
import type { Zip } from './zip.ts'

const MOST_PROFILE_BYTES = 4 * 1024 * 1024
// `Platform` in a profile that may sign an app for each.
const PROFILE_PLATFORMS: Readonly<Record<string, string>> = { IOS: 'iOS', TV_OS: 'tvOS', VISION_OS: 'visionOS' }

/** The form of Apple's text; fastlane#936 and #18129, microsoft/app-store-vsts-extension#115. */
function invalid({ path, info }: Bundle, reason: string, advice = ''): StateDetail {
  const name = textOf(info, 'CFBundleIdentifier') ?? ''
  const description = `Invalid Provisioning Profile. The provisioning profile included in the bundle ${name} [${path}] is invalid. ${reason}${advice} For more information, visit the iOS Developer Portal.`
  return { code: '90161', description }
}

function entitlementsOf(profile: Dictionary): Dictionary {
  const value = profile.Entitlements
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Dictionary) : {}
}

/** A profile for the store names no devices, lets nobody debug, and is not for a company's own. */
function isForStore(profile: Dictionary): boolean {
  const isForDevices = profile.ProvisionedDevices !== undefined || profile.ProvisionsAllDevices === true
  return !isForDevices && entitlementsOf(profile)['get-task-allow'] !== true
}

/** Whether one of the profile's certificates is in force: known to the team, neither revoked nor expired. */
function hasCertificate(scene: Scene, profile: Dictionary): boolean {
  const inForce = storeOf(scene.team, certificates)
    .values()
    .filter(({ expiresAt }) => expiresAt > scene.now)
  const contents = new Set(inForce.map(({ content }) => content))
  return listOf(profile, 'DeveloperCertificates').some(
    (der) => der instanceof Uint8Array && contents.has(Buffer.from(der).toString('base64')),
  )
}

/** fastlane#1322 and airsdk/Adobe-Runtime-Support#137 have the text. */
function otherIdentifier({ path, info }: Bundle, profile: Dictionary): StateDetail[] {
  const [prefix] = listOf(profile, 'ApplicationIdentifierPrefix')
  const identifier = `${String(prefix)}.${textOf(info, 'CFBundleIdentifier') ?? ''}`
  if (entitlementsOf(profile)['application-identifier'] === identifier) return []
  const executable = textOf(info, 'CFBundleExecutable') ?? ''
  const description = `Invalid Code Signing Entitlements. The entitlements in your app bundle signature do not match the ones that are contained in the provisioning profile. According to the provisioning profile, the bundle contains a key value that is not allowed: '${identifier}' for the key 'application-identifier' in '${path}/${executable}'.`
  return [{ code: '90164', description }]
}

function findingsOf(scene: Scene, bundle: Bundle, profile: Dictionary, platform: string): StateDetail[] {
  const { teamId } = scene.team
  const { ExpirationDate: ends } = profile
  if (!listOf(profile, 'TeamIdentifier').includes(teamId)) {
    // fastlane#7988.
    const description = `Invalid provisioning profile. This app contains an embedded provisioning profile that is not associated with your account. Please use a provisioning profile associated with Team ID ${teamId}.`
    return [{ code: '90159', description }]
  }
  if (!isForStore(profile)) {
    const advice = ' A Distribution Provisioning profile should be used when submitting apps to the App Store.'
    return [invalid(bundle, '[Missing code-signing certificate].', advice)]
  }
  if (!(ends instanceof Date) || ends.getTime() <= scene.now) return [invalid(bundle, '[Expired profile.]')]
  const isOfPlatform = listOf(profile, 'Platform').includes(PROFILE_PLATFORMS[platform] ?? '')
  if (!isOfPlatform) return [invalid(bundle, `[The profile is not for ${PROFILE_PLATFORMS[platform]}.]`)]
  if (!hasCertificate(scene, profile)) {
    // fastlane#16565, zhlynn/zsign#223: what a build gets whose certificate Apple does not take, a revoked one among them.
    const name = textOf(bundle.info, 'CFBundleIdentifier') ?? ''
    const description = `Missing or invalid signature. The bundle '${name}' at bundle path '${bundle.path}' is not signed using an Apple submission certificate.`
    return [{ code: '90034', description }]
  }
  return otherIdentifier(bundle, profile)
}

/**
 * What is wrong with a bundle's profile. Whether Apple issued it says its signature: one that was deleted from the portal since is as good as
 * before, until it expires or its certificate is revoked.
 */
export async function profileFindings(
  scene: Scene,
  zip: Zip,
  bundle: Bundle,
  platform: string,
): Promise<StateDetail[]> {
  const bytes = await zip.read(`${bundle.path}/embedded.mobileprovision`, MOST_PROFILE_BYTES)
  if (bytes === undefined) {
    const description =
      'Missing Provisioning Profile - iOS Apps must contain a provisioning profile in a file named embedded.mobileprovision.'
    return [{ code: '90174', description }]
  }
  const payload = await scene.world.authority.openProfile(bytes)
  const profile = payload === undefined ? undefined : await dictionaryOf(Buffer.from(payload))
  if (profile === undefined) return [invalid(bundle, '[The profile is not signed by Apple.]')]
  return findingsOf(scene, bundle, profile, platform)
}
