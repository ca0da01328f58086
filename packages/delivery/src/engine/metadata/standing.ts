import { compareVersions } from '../builds/build-numbers.ts'
import { deliveryErrors } from '../builds/errors.ts'
import type { StorePlatform } from '../platforms.ts'
import { metadataErrors } from './errors.ts'
import type { StoreVersion } from './port.ts'

/** The version that is written to. */
export interface Target {
  readonly appId: string
  readonly platform: StorePlatform
  /** Undefined: the one in preparation. */
  readonly version: string | undefined
  /** It is made, or the one in preparation gets its number, when it is not there. */
  readonly updatesVersion: boolean
  /** Nothing will be written, so any version will do: the named one, else the one in preparation, else the newest. */
  readonly isForReading?: true
}

/** States in which Apple lets a version be edited. Source: fastlane spaceship, without the one that lets only some fields through. */
const EDITABLE_STATES: ReadonlySet<string> = new Set([
  'PREPARE_FOR_SUBMISSION',
  'DEVELOPER_REJECTED',
  'REJECTED',
  'METADATA_REJECTED',
  'INVALID_BINARY',
])

/** States on the way to the store in which Apple makes no other version of the platform, and lets nothing of this one be edited. */
const ON_THE_WAY: ReadonlySet<string> = new Set([
  'READY_FOR_REVIEW',
  'WAITING_FOR_REVIEW',
  'IN_REVIEW',
  'WAITING_FOR_EXPORT_COMPLIANCE',
  'ACCEPTED',
  'PENDING_CONTRACT',
  'PENDING_APPLE_RELEASE',
  'PENDING_DEVELOPER_RELEASE',
  'PROCESSING_FOR_DISTRIBUTION',
])

const ON_SALE: ReadonlySet<string> = new Set(['READY_FOR_DISTRIBUTION', 'READY_FOR_SALE'])

/** Refuses a version that is not there while another one is on its way. Throws `metadata.version_in_the_way`. */
export function requireFreeWay(versions: readonly StoreVersion[], wanted: string): void {
  const other = versions.find(({ state }) => ON_THE_WAY.has(state))
  if (other === undefined || versions.some(({ version }) => version === wanted)) return
  const { version, state } = other
  throw metadataErrors.version_in_the_way(
    { wanted, version, state },
    { detail: `${wanted} cannot be made: version ${version} is ${state}` },
  )
}

/** Refuses a build whose version is not above the one on sale: Apple takes no such build. Throws `delivery.version_on_sale`. */
export function requireAboveSale(versions: readonly StoreVersion[], wanted: string): void {
  const onSale = versions.find(({ state, version }) => ON_SALE.has(state) && compareVersions(wanted, version) <= 0)
  if (onSale === undefined) return
  const detail = `the build is version ${wanted}, and version ${onSale.version} is on sale`
  throw deliveryErrors.version_on_sale({ version: wanted, onSale: onSale.version }, { detail })
}

/**
 * The version whose page is written, or that from which Apple copies when it has to be made first. Throws `metadata.version_not_editable`,
 * `metadata.version_in_the_way`, `metadata.version_missing`.
 */
export function versionToWrite(
  versions: readonly StoreVersion[],
  { platform, version: wanted, updatesVersion, isForReading }: Omit<Target, 'appId'>,
): { version: StoreVersion; isYetToMake: boolean } {
  const editable = versions.find(({ state }) => EDITABLE_STATES.has(state))
  const named = versions.find(({ version }) => version === wanted)
  const told = versions.map(({ version, state }) => ({ version, state }))
  const none = `the app has no version for ${platform}; a person adds a platform in App Store Connect`
  const detail = told.map(({ version, state }) => `${version} is ${state}`).join(', ') || none
  const read =
    isForReading === true ? (named ?? (wanted === undefined ? (editable ?? newestOf(versions)) : undefined)) : undefined
  if (read !== undefined) return { version: read, isYetToMake: false }
  if (named !== undefined && !EDITABLE_STATES.has(named.state))
    throw metadataErrors.version_not_editable({ versions: told }, { detail })
  if (named !== undefined) return { version: named, isYetToMake: false }
  if (wanted !== undefined && !updatesVersion) throw metadataErrors.version_missing({ version: wanted }, { detail })
  if (editable !== undefined) return { version: editable, isYetToMake: false }
  // Apple copies from the newest one.
  const latest = newestOf(versions)
  if (wanted === undefined || latest === undefined)
    throw metadataErrors.version_not_editable({ versions: told }, { detail })
  requireFreeWay(versions, wanted)
  return { version: latest, isYetToMake: true }
}

function newestOf(versions: readonly StoreVersion[]): StoreVersion | undefined {
  return versions.toSorted((a, b) => b.createdAt - a.createdAt)[0]
}
