import { testDeviceRoutes } from '@cordon/api/test-devices/routes'
import { call, usePages } from '../../../platform/queries.ts'

/** Devices that builds of the app see: those of the whole team. */
export function useAppTestDevices(appId: string) {
  return usePages([testDeviceRoutes.ofApp.id, appId], (cursor) =>
    call(testDeviceRoutes.ofApp, { params: { appId }, query: { cursor } }),
  )
}
