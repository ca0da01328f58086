import type { StateDetail } from '../../world/settings.ts'
import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { versions } from '../app-store-versions/store.ts'
import { compareVersions, isNumberUsed, numbersOnPlatform, numbersUsed, type UploadVersion } from './numbers.ts'

// States from approval on: their version is closed for builds, and so is every earlier one.
const APPROVED: ReadonlySet<string> = new Set([
  'PENDING_APPLE_RELEASE',
  'PENDING_DEVELOPER_RELEASE',
  'PROCESSING_FOR_DISTRIBUTION',
  'READY_FOR_DISTRIBUTION',
  'REPLACED_WITH_NEW_VERSION',
])

function approvedVersion(scene: Scene, { appId, platform }: UploadVersion): string | undefined {
  return storeOf(scene.team, versions)
    .by('app', appId)
    .filter((version) => version.platform === platform && APPROVED.has(version.state))
    .map(({ versionString }) => versionString)
    .sort(compareVersions)
    .at(-1)
}

/** A train is closed by an approved version of the same number or a later one. Codes: users' reports, tests of Expo and asc. */
function closedTrain(scene: Scene, upload: UploadVersion): StateDetail[] {
  const { versionString } = upload
  const approved = approvedVersion(scene, upload)
  const distance = approved === undefined ? 1 : compareVersions(versionString, approved)
  if (distance > 0) return []
  const higher = `This bundle is invalid. The value for key CFBundleShortVersionString [${versionString}] in the Info.plist file must contain a higher version than that of the previously approved version [${approved}].`
  const findings = [{ code: '90062', description: higher }]
  if (distance === 0) {
    const description = `Invalid Pre-Release Train. The train version '${versionString}' is closed for new build submissions`
    return [...findings, { code: '90186', description }]
  }
  const description = `Invalid Version. The build with the version “${versionString}” can’t be imported because a later version has been closed for new build submissions. Choose a different version number.`
  return [...findings, { code: '90478', description }]
}

function redundant(scene: Scene, upload: UploadVersion): StateDetail[] {
  if (!isNumberUsed(scene, upload)) return []
  const { version, versionString } = upload
  const description = `Redundant Binary Upload. You've already uploaded a build with build number '${version}' for version number '${versionString}'. Make sure you increment the build string before you upload your app to App Store Connect.`
  return [{ code: '90189', description }]
}

/**
 * Build numbers rise: within a version on all platforms, over all versions on the Mac, where none is used twice either. Source: Apple's Technical Note
 * TN2420. Refusals seen: 90188 on iOS (GitHawkApp/GitHawk#456, 2017; none newer was found, hence the setting), on the Mac the text of 90061 for the same
 * number (sceneview/sceneview#2443, 2026) and for a lower one (winebarrel/PagerCall#127, 2026).
 */
function notAboveTheLast(scene: Scene, upload: UploadVersion): StateDetail[] {
  const { platform, version, versionString } = upload
  const isMac = platform === 'MAC_OS'
  const last = (isMac ? numbersOnPlatform(scene, upload) : numbersUsed(scene, upload)).at(-1)
  const distance = last === undefined ? 1 : compareVersions(version, last)
  if (isMac && distance <= 0) {
    const description = `This bundle is invalid. The value for key CFBundleVersion [${version}] in the Info.plist file must contain a higher version than that of the previously uploaded version [${last}].`
    return [{ code: '90061', description }]
  }
  if (isMac || distance >= 0 || isNumberUsed(scene, upload) || !scene.world.settings.buildNumbersRise) return []
  const description = `Invalid Pre-Release Build. The CFBundleVersion key in the app’s Info.plist file contains a build number (${version}) that’s lower than the latest build number (${last}) that’s been submitted for the app version '${versionString}'.`
  return [{ code: '90188', description }]
}

/** Why processing fails by what was uploaded before, apart from what is in the file and what a test wants. */
export function findingsOf(scene: Scene, upload: UploadVersion): StateDetail[] {
  return [...closedTrain(scene, upload), ...redundant(scene, upload), ...notAboveTheLast(scene, upload)]
}
