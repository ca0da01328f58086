import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isCordonError } from '@cordon/core/errors'
import { normaliseSerial } from '@cordon/provisioning/engine/desired'
import type { InstalledProfile } from '@cordon/provisioning/engine/installed-profile'
import type { Platform } from '@cordon/provisioning/engine/profile-kinds'
import { profileFolders } from '@cordon/signing/profile-folder'
import { type ProvisioningProfile, readProfile } from '@cordon/signing/provisioning-profile'
import type { StepContext } from '../step.ts'

const PROFILE_FILE = /\.(mobileprovision|provisionprofile)$/

/** Apple's names of platforms in profiles, and whose profiles they are. */
const PLATFORMS: Readonly<Record<string, readonly Platform[]>> = {
  iOS: ['ios'],
  xrOS: ['ios'],
  visionOS: ['ios'],
  tvOS: ['tvos'],
  OSX: ['macos', 'mac-catalyst'],
}

/** The profiles that lie on this machine: in both folders of Xcode and in the signing folder. Files that are none are passed over. */
export async function findLocalProfiles(
  signingFolder: string,
  { homeFolder }: Pick<StepContext, 'homeFolder'>,
): Promise<readonly InstalledProfile[]> {
  const found = await Promise.all([...profileFolders(homeFolder), signingFolder].map(profilesIn))
  return [...new Map(found.flat().map((profile) => [profile.uuid, profile])).values()]
}

/** The profiles in one folder; none when there is no such folder. */
export async function profilesIn(folder: string): Promise<readonly InstalledProfile[]> {
  const names = await readdir(folder).catch(() => [])
  const files = names.filter((name) => PROFILE_FILE.test(name)).sort()
  return (await Promise.all(files.map((name) => readLocal(join(folder, name))))).flat()
}

async function readLocal(path: string): Promise<readonly InstalledProfile[]> {
  try {
    return [toInstalled(path, await readFile(path))]
  } catch (error) {
    // Somebody else's broken file is no reason to stop; anything else about it shows when it is needed.
    if (isCordonError(error) || (error instanceof Error && 'code' in error)) return []
    throw error
  }
}

/** A profile's file as the engine sees it. Throws the errors of `readProfile`. */
export function toInstalled(path: string, content: Uint8Array): InstalledProfile {
  const file = readProfile(content)
  const { uuid, name, expiresAt, entitlements, devices, isXcodeManaged } = file
  return {
    ...{ path, uuid, name, expiresAt, entitlements, isXcodeManaged },
    content: new Uint8Array(content),
    platforms: [...new Set(file.platforms.flatMap((platform) => PLATFORMS[platform] ?? []))],
    distribution: file.distributionMethod,
    identifier: file.bundleIdentifier,
    certificateSerials: serialsOf(file),
    udids: file.provisionsAllDevices ? undefined : devices,
  }
}

function serialsOf({ certificates }: ProvisioningProfile): readonly string[] {
  return certificates.map(({ serialNumber }) => normaliseSerial(serialNumber))
}
