import { metadataErrors } from '../metadata/errors.ts'
import type { StorePort, StoreVersion } from '../metadata/port.ts'
import type { Target } from '../metadata/standing.ts'

type Wanted = Pick<Target, 'appId' | 'platform' | 'version'>

/** Releases the approved version that waits for its developer. Throws `metadata.version_missing`. */
export async function releaseVersion(port: StorePort, wanted: Wanted): Promise<{ readonly version: string }> {
  const found = await findVersion(
    port,
    wanted,
    ({ state }) => state === 'PENDING_DEVELOPER_RELEASE',
    'waits for release',
  )
  await port.release(found.id)
  return { version: found.version }
}

/** Pauses a phased release, goes on with it, or gives the version to everybody. Throws `metadata.version_missing`. */
export async function steerPhasedRelease(
  port: StorePort,
  wanted: Wanted,
  state: 'ACTIVE' | 'PAUSED' | 'COMPLETE',
): Promise<{ readonly version: string }> {
  const isUnderWay = ({ phasedRelease }: StoreVersion) => ['ACTIVE', 'PAUSED'].includes(phasedRelease?.state ?? '')
  const found = await findVersion(port, wanted, isUnderWay, 'has a phased release under way')
  await port.steerPhased(found.id, found.phasedRelease?.id ?? '', state)
  return { version: found.version }
}

async function findVersion(
  port: StorePort,
  { appId, platform, version }: Wanted,
  isIt: (version: StoreVersion) => boolean,
  what: string,
): Promise<StoreVersion> {
  const versions = await port.listVersions(appId, platform)
  const found = versions.find((one) => isIt(one) && (version === undefined || one.version === version))
  if (found !== undefined) return found
  const told = versions.map((one) => `${one.version} is ${one.state}`).join(', ') || 'the app has no version'
  throw metadataErrors.version_missing({ version: version ?? '' }, { detail: `no version ${what}: ${told}` })
}
