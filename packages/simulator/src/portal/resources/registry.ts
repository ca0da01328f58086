import { deviceResource } from '../../app-store-connect/devices/resource.ts'
import type { Registry, Resource } from '../../app-store-connect/json-api/resource.ts'
import { portalBundleIdCapabilityResource } from './bundle-id-capabilities.ts'
import { portalBundleIdResource } from './bundle-ids.ts'
import { portalCapabilityResource } from './capabilities.ts'
import { portalCertificateResource } from './certificates.ts'
import { identifierResources } from './identifiers.ts'
import { portalProfileResource } from './profiles.ts'

/** What the portal's JSON:API serves, one line each; the stores are those of the documented API. */
const RESOURCES: readonly Resource[] = [
  ...identifierResources,
  portalBundleIdResource,
  portalBundleIdCapabilityResource,
  portalCapabilityResource,
  deviceResource,
  portalCertificateResource,
  portalProfileResource,
]

/** The resources of the portal by type. */
export const portalRegistry: Registry = new Map(RESOURCES.map((resource) => [resource.type, resource]))

/** With the resources that only the portal has: what seeds and the overview go through. */
export function withPortal(registry: Registry): Registry {
  const own = identifierResources.filter(({ type }) => !registry.has(type))
  return new Map([...own.map((resource) => [resource.type, resource] as const), ...registry])
}
