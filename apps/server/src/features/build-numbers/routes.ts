import { buildNumberRoutes } from '@cordon/api/build-numbers/routes'
import type { Server } from '../../platform/http/serve.ts'
import type { BuildNumbers } from './service.ts'

/** Serves build numbers to people and to running builds. */
export function serveBuildNumbers(server: Server, buildNumbers: BuildNumbers): void {
  server.serve(buildNumberRoutes.next, async (call) => ({
    buildNumber: await buildNumbers.next(call.body, call),
  }))
  server.serve(buildNumberRoutes.nextForBuild, async (call) => ({
    buildNumber: await buildNumbers.nextForBuild(call.body, call),
  }))
}
