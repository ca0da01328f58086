import { randomUUID } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CordonError, isCordonError } from '@cordon/core/errors'
import { MACOS_PLATFORM, type ProvisioningProfile, readProfile } from './provisioning-profile.ts'

/** A profile found in one of the folders that Xcode looks into. */
export interface InstalledProfile {
  readonly path: string
  readonly profile: ProvisioningProfile
}

/** A file in such a folder that is no readable profile; worth a warning, no reason to stop. */
export interface UnreadableProfile {
  readonly path: string
  readonly error: CordonError
}

export interface InstalledProfiles {
  readonly profiles: readonly InstalledProfile[]
  readonly unreadable: readonly UnreadableProfile[]
}

const PROFILE_FILE = /\.(mobileprovision|provisionprofile)$/

/** Where Xcode 16 and later, and then where Xcode before 16, keep profiles, under a person's home folder. */
export function profileFolders(home: string): readonly [current: string, beforeXcode16: string] {
  return [
    join(home, 'Library/Developer/Xcode/UserData/Provisioning Profiles'),
    join(home, 'Library/MobileDevice/Provisioning Profiles'),
  ]
}

/** `<UUID>.mobileprovision`, or `.provisionprofile` when the profile is for macOS alone. */
export function profileFileName({ uuid, platforms }: ProvisioningProfile): string {
  const isMacOnly = platforms.length > 0 && platforms.every((platform) => platform === MACOS_PLATFORM)
  return `${uuid}.${isMacOnly ? 'provisionprofile' : 'mobileprovision'}`
}

/**
 * Installs a profile into both folders, so that it does not matter which Xcode builds. Files are readable by their
 * owner alone and appear whole. Gives the paths written. Errors: those of `readProfile`.
 */
export async function installProfile(bytes: Uint8Array, home: string): Promise<readonly string[]> {
  const name = profileFileName(readProfile(bytes))
  const paths = profileFolders(home).map((folder) => join(folder, name))
  for (const path of paths) await writeWhole(path, bytes)
  return paths
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true })
  const unfinished = `${path}.${randomUUID()}`
  try {
    await writeFile(unfinished, bytes, { mode: 0o600, flag: 'wx' })
    await chmod(unfinished, 0o600)
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}

/** Reads what both folders hold. The same profile in both is listed twice; a missing folder holds nothing. */
export async function listInstalledProfiles(home: string): Promise<InstalledProfiles> {
  const profiles: InstalledProfile[] = []
  const unreadable: UnreadableProfile[] = []
  for (const path of await profilePaths(home)) {
    try {
      profiles.push({ path, profile: readProfile(await readFile(path)) })
    } catch (error) {
      if (!isCordonError(error)) throw error
      unreadable.push({ path, error })
    }
  }
  return { profiles, unreadable }
}

async function profilePaths(home: string): Promise<string[]> {
  const perFolder = await Promise.all(
    profileFolders(home).map(async (folder) => {
      const names = await namesIn(folder)
      return names.filter((name) => PROFILE_FILE.test(name)).map((name) => join(folder, name))
    }),
  )
  return perFolder.flat()
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
