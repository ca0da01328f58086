import { buildRoutes } from '@cordon/api/builds/routes'
import { readOf } from '../../../platform/queries.ts'

const REFRESH_MS = 5_000

/** One build; looked at again while it runs. */
export function buildQuery(buildId: string) {
  return {
    ...readOf(buildRoutes.read, { params: { buildId } }),
    refetchInterval: (query: { state: { data?: { state: string } | undefined } }) =>
      query.state.data?.state === 'running' ? REFRESH_MS : (false as const),
  }
}
