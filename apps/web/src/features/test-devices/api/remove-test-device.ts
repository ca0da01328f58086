import { testDeviceRoutes } from '@cordon/api/test-devices/routes'
import { call } from '../../../platform/queries.ts'

/** Removes a device here; nothing happens at Apple. */
export function removeTestDevice(testDeviceId: string) {
  return call(testDeviceRoutes.remove, { params: { testDeviceId } })
}
