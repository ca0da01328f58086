import { noticeRoutes } from '@cordon/api/notices/routes'
import { useQuery } from '@tanstack/react-query'
import { readOf } from '../../../platform/queries.ts'

const REFRESH_MS = 60_000
const SHOWN = 30

/** The latest things the person should know, and how many are unread. */
export function useNotices() {
  return useQuery({
    ...readOf(noticeRoutes.list, { query: { limit: SHOWN } }),
    refetchInterval: REFRESH_MS,
  })
}
