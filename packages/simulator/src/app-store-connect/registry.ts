import { appResource } from './apps/resource.ts'
import { capabilityResource } from './bundle-id-capabilities/resource.ts'
import { bundleIdResource } from './bundle-ids/resource.ts'
import { certificateResource } from './certificates/resource.ts'
import { deviceResource } from './devices/resource.ts'
import type { Registry, Resource } from './json-api/resource.ts'
import { merchantIdResource } from './merchant-ids/resource.ts'
import { profileResource } from './profiles/resource.ts'
import { userResource } from './users/resource.ts'

/** Every simulated resource, one line each. The order is that of seeds: what others point to comes first. */
const RESOURCES: readonly Resource[] = [
  userResource,
  merchantIdResource,
  bundleIdResource,
  capabilityResource,
  appResource,
  deviceResource,
  certificateResource,
  profileResource,
]

/** The resources of the App Store Connect API by type. */
export const registry: Registry = new Map(RESOURCES.map((resource) => [resource.type, resource]))
