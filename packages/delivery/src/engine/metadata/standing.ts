import { compareVersions } from '../builds/build-numbers.ts'
import { deliveryErrors } from '../builds/errors.ts'
import { metadataErrors } from './errors.ts'
import type { StoreVersion } from './port.ts'

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
