import { z } from 'zod'
import { page, pageQuery } from '../fields.ts'
import { route } from '../route.ts'
import { notice } from './schema.ts'

export const noticeRoutes = {
  list: route({
    id: 'notices.list',
    method: 'GET',
    path: '/api/v1/me/notices',
    summary: "Lists the caller's notices, newest first.",
    access: { who: 'person' },
    query: pageQuery,
    response: page(notice).extend({ unread: z.number().int() }),
  }),
  markAllRead: route({
    id: 'notices.markAllRead',
    method: 'POST',
    path: '/api/v1/me/notices/read',
    summary: "Marks all of the caller's notices as read.",
    access: { who: 'person' },
    status: 204,
  }),
}
