import { buildApiRoutes } from '@cordon/api/builds/routes'
import type { Server } from '../../platform/http/serve.ts'
import type { BuildApi } from './service.ts'

/** Serves running builds, below their build URL. */
export function serveBuildApi(server: Server, buildApi: BuildApi): void {
  server.serve(buildApiRoutes.portalData, (call) => buildApi.portalData(call, call.query.only, call.query.refused))
  server.serve(buildApiRoutes.report, (call) => buildApi.report(call.body, call))
  server.serve(buildApiRoutes.end, (call) => buildApi.end(call.body.outcome, call))
}
