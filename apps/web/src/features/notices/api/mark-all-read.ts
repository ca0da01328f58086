import { noticeRoutes } from '@cordon/api/notices/routes'
import { call } from '../../../platform/queries.ts'

/** Marks all notices as read. */
export function markAllRead() {
  return call(noticeRoutes.markAllRead, {})
}
