import { auditRoutes } from '@cordon/api/audit/routes'
import { call, usePages } from '../../../platform/queries.ts'

const REFRESH_MS = 5_000

/** What a build did, oldest first; looked at again while it runs. */
export function useBuildAudit(buildId: string, running: boolean) {
  return usePages(
    [auditRoutes.ofBuild.id, buildId],
    (cursor) => call(auditRoutes.ofBuild, { params: { buildId }, query: { cursor } }),
    running ? { refreshMs: REFRESH_MS } : {},
  )
}
