import { buildNumberRoutes } from '@cordon/api/build-numbers/routes'
import type { Server } from '../../platform/http/serve.ts'
import type { BuildNumbers } from './service.ts'

/** Serves build numbers to people and to running builds. */
export function serveBuildNumbers(server: Server, buildNumbers: BuildNumbers): void {
  server.serve(buildNumberRoutes.next, async (call) => ({
    buildNumber: await buildNumbers.next(call.params.appId, call.body, call),
  }))
  server.serve(buildNumberRoutes.nextForBuild, async (call) => {
    const { appId, buildId } = call.principal
    return { buildNumber: await buildNumbers.next(appId, call.body, call, buildId) }
  })
}
