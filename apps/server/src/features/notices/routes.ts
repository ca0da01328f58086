import { noticeRoutes } from '@cordon/api/notices/routes'
import { toIso } from '@cordon/core/instant'
import type { Server } from '../../platform/http/serve.ts'
import type { Notices } from './service.ts'

/** Serves what people are told. */
export function serveNotices(server: Server, notices: Notices): void {
  server.serve(noticeRoutes.list, async ({ principal, query }) => {
    const { items, nextCursor, unread } = await notices.list(principal.userId, query)
    const shaped = items.map((notice) => ({
      ...notice,
      at: toIso(notice.at),
      readAt: notice.readAt === null ? null : toIso(notice.readAt),
    }))
    return { items: shaped, nextCursor, unread }
  })
  server.serve(noticeRoutes.markAllRead, ({ principal }) => notices.markAllRead(principal.userId))
}
