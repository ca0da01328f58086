import { testDeviceRoutes } from '@cordon/api/test-devices/routes'
import type { TestDevice } from '@cordon/api/test-devices/schema'
import { toIso } from '@cordon/core/instant'
import type { Page } from '../../platform/db/page.ts'
import type { Server } from '../../platform/http/serve.ts'
import type { TestDevices } from './service.ts'
import type { TestDeviceRow } from './store.ts'

/** Serves test devices. */
export function serveTestDevices(server: Server, devices: TestDevices): void {
  server.serve(testDeviceRoutes.list, async ({ principal, query }) =>
    shapePage(await devices.list(principal.userId, query)),
  )
  server.serve(testDeviceRoutes.add, async (call) => shape(await devices.add(call.body, call)))
  server.serve(testDeviceRoutes.remove, (call) => devices.remove(call.params.testDeviceId, call))
  server.serve(testDeviceRoutes.ofApp, async ({ params, query }) => shapePage(await devices.ofApp(params.appId, query)))
}

function shapePage({ items, nextCursor }: Page<TestDeviceRow>) {
  return { items: items.map(shape), nextCursor }
}

function shape(device: TestDeviceRow): TestDevice {
  return { ...device, createdAt: toIso(device.createdAt) }
}
