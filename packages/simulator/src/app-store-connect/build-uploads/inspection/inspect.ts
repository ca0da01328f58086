import type { ByteSource } from '../../../uploads/store.ts'
import type { StateDetail } from '../../../world/settings.ts'
import { storeOf } from '../../../world/team.ts'
import type { Scene } from '../../../world/world.ts'
import { apps } from '../../apps/state.ts'
import type { UploadVersion } from '../numbers.ts'
import { type Bundle, bundlesOf, isOfInterest, textOf } from './bundles.ts'
import { iconFindings } from './icon-checks.ts'
import { mismatches, missingKeys, versionWarnings } from './info-checks.ts'
import { type Inspected, NOT_INSPECTED, unreadable } from './inspected.ts'
import { inspectPackage } from './package.ts'
import { profileFindings } from './profile-checks.ts'
import { openZip, type Zip } from './zip.ts'

// The code is leetal/ios-cmake#132's, for an archive without the folder; for a file that is no archive at all none is known.
const NO_IPA = '90072'

function broken(what: string, error: unknown): Inspected {
  const reason = error instanceof Error ? error.message : String(error)
  return unreadable(NO_IPA, `The IPA is invalid. ${what}: ${reason.slice(0, 200)}`)
}

async function profilesIn(
  scene: Scene,
  zip: Zip,
  bundles: readonly Bundle[],
  platform: string,
): Promise<StateDetail[]> {
  if (scene.world.settings.buildInspection !== 'all') return []
  const findings: StateDetail[] = []
  for (const bundle of bundles) {
    if (bundle.hasInfo) findings.push(...(await profileFindings(scene, zip, bundle, platform)))
  }
  return findings
}

async function inspectFiles(scene: Scene, upload: UploadVersion, zip: Zip): Promise<Inspected> {
  const bundles = await bundlesOf(zip)
  const [app, ...inside] = bundles
  if (app === undefined) return unreadable(NO_IPA, 'The IPA is invalid. It does not include a Payload directory.')
  const { platform } = upload
  const bundleId = storeOf(scene.team, apps).get(upload.appId)?.bundleId ?? ''
  const encryption = app.info.ITSAppUsesNonExemptEncryption
  return {
    errors: [
      ...mismatches(app, { ...upload, bundleId }),
      ...bundles.flatMap(missingKeys),
      ...(app.hasInfo ? await iconFindings(zip, app, platform) : []),
      ...(await profilesIn(scene, zip, bundles, platform)),
    ],
    warnings: versionWarnings(app, inside),
    minOsVersion: textOf(app.info, 'MinimumOSVersion') ?? null,
    usesNonExemptEncryption: typeof encryption === 'boolean' ? encryption : null,
  }
}

async function inspectIpa(scene: Scene, upload: UploadVersion, source: ByteSource): Promise<Inspected> {
  let zip: Zip
  try {
    zip = await openZip(source, isOfInterest)
  } catch (error) {
    return broken('It is not a zip archive that can be read', error)
  }
  try {
    return await inspectFiles(scene, upload, zip)
  } catch (error) {
    return broken('A file in it can not be read', error)
  }
}

/**
 * Looks into an uploaded file as Apple's processing does. Only what it needs is read, so that a file of gigabytes costs little. Codes are those of Apple's
 * messages (`ITMS-90161` without the letters, as `state.errors` has them); each check says where its text was seen.
 */
export async function inspectBuild(scene: Scene, upload: UploadVersion, source: ByteSource): Promise<Inspected> {
  if (scene.world.settings.buildInspection === 'none') return NOT_INSPECTED
  return upload.platform === 'MAC_OS' ? await inspectPackage(source) : await inspectIpa(scene, upload, source)
}
