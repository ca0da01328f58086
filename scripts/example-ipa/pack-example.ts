import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pack } from '@cordon/app-archive/pack'
import { writeInfoPlist } from '@cordon/app-archive/plist'
import { projectRoot } from '../checks.ts'

/** What an example .ipa says of itself. */
export interface ExampleApp {
  readonly bundleId: string
  readonly version: string
  readonly buildNumber: string
  /** The provisioning profile as Apple gave it; without one the app goes nowhere. */
  readonly profile: Uint8Array | undefined
}

const ICON = 'AppIcon60x60@2x.png'
const ICON_FILE = join(projectRoot, 'examples/tidepool/Tidepool', ICON)
const NAME = 'Tidepool'

/**
 * Packs an .ipa that has all that is looked at before an upload: Info.plist, icon, profile. The program in it is a placeholder
 * that runs nowhere, and nothing is signed, since both take a Mac: Apple would refuse it after the upload.
 * @param out Path of the file; one of that name is replaced.
 */
export async function packExample(out: string, app: ExampleApp): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-example-ipa-'))
  try {
    const bundle = join(folder, `Payload/${NAME}.app`)
    mkdirSync(bundle, { recursive: true })
    writeFileSync(join(bundle, 'Info.plist'), writeInfoPlist({ form: 'binary', values: infoOf(app) }))
    writeFileSync(join(bundle, NAME), placeholderProgram(), { mode: 0o755 })
    copyFileSync(ICON_FILE, join(bundle, ICON))
    if (app.profile !== undefined) writeFileSync(join(bundle, 'embedded.mobileprovision'), app.profile)
    await pack(folder, out)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function infoOf({ bundleId, version, buildNumber }: ExampleApp) {
  return {
    CFBundleDevelopmentRegion: 'en',
    CFBundleDisplayName: NAME,
    CFBundleExecutable: NAME,
    CFBundleIconName: 'AppIcon',
    CFBundleIcons: { CFBundlePrimaryIcon: { CFBundleIconFiles: ['AppIcon60x60'], CFBundleIconName: 'AppIcon' } },
    CFBundleIdentifier: bundleId,
    CFBundleInfoDictionaryVersion: '6.0',
    CFBundleName: NAME,
    CFBundlePackageType: 'APPL',
    CFBundleShortVersionString: version,
    CFBundleSupportedPlatforms: ['iPhoneOS'],
    CFBundleVersion: buildNumber,
    LSRequiresIPhoneOS: true,
    MinimumOSVersion: '16.0',
    UIDeviceFamily: [1],
    UILaunchScreen: {},
    UIRequiredDeviceCapabilities: ['arm64'],
  }
}

/** The header of an empty program for arm64: no load commands, no code. Source: `mach_header_64` in Apple's mach-o/loader.h. */
function placeholderProgram(): Buffer {
  const [magic, cpuTypeArm64, executable] = [0xfeedfacf, 0x0100000c, 2]
  const header = Buffer.alloc(32)
  header.writeUInt32LE(magic, 0)
  header.writeUInt32LE(cpuTypeArm64, 4)
  header.writeUInt32LE(executable, 12)
  return header
}
