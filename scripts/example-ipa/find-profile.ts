import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type ProvisioningProfile, readProfile } from '@cordon/signing/provisioning-profile'

/** A profile and the file it came from. */
export interface FoundProfile {
  readonly path: string
  readonly bytes: Uint8Array
  readonly profile: ProvisioningProfile
}

/** What is wrong with what the user gave, for the user. */
export class ExampleFailure extends Error {}

/** Reads a profile; in a folder, such as the signing folder of auto-provision, the newest for the App Store and this bundle ID. */
export function findProfile(path: string, bundleId: string): FoundProfile {
  if (!isThere(path)) throw new ExampleFailure(`there is no file or folder "${path}"`)
  if (!statSync(path).isDirectory()) return read(path)
  const [newest] = readdirSync(path)
    .filter((name) => name.endsWith('.mobileprovision'))
    .map((name) => read(join(path, name)))
    .filter(({ profile }) => profile.distributionMethod === 'app-store' && profile.bundleIdentifier === bundleId)
    .sort((one, other) => other.profile.createdAt - one.profile.createdAt)
  if (newest === undefined)
    throw new ExampleFailure(
      `"${path}" holds no App Store profile for ${bundleId}; auto-provision with --distribution-type app-store makes it`,
    )
  return newest
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

function read(path: string): FoundProfile {
  const bytes = readFileSync(path)
  try {
    return { path, bytes, profile: readProfile(bytes) }
  } catch (cause) {
    throw new ExampleFailure(`"${path}" is not a provisioning profile`, { cause })
  }
}
