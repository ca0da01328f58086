import { testDeviceRoutes } from '@cordon/api/test-devices/routes'
import { call } from '../../../platform/queries.ts'

/** Adds a device to the person. */
export function addTestDevice(body: { title: string; identifier: string }) {
  return call(testDeviceRoutes.add, { body })
}
