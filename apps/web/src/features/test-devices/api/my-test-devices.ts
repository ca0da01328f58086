import { testDeviceRoutes } from '@cordon/api/test-devices/routes'
import { call, usePages } from '../../../platform/queries.ts'

/** The person's own test devices. */
export function useMyTestDevices() {
  return usePages([testDeviceRoutes.list.id], (cursor) => call(testDeviceRoutes.list, { query: { cursor } }))
}
