import type { NoticeId, UserId } from '@cordon/core/ids'
import type { Instant } from '@cordon/core/instant'
import { sql } from 'kysely'
import type { Queries, Tx } from '../../platform/db/database.ts'
import { type Page, type PageRequest, pageOf, positionOf } from '../../platform/db/page.ts'

/** Something a person is told. */
export interface NoticeRow {
  readonly id: NoticeId
  readonly at: Instant
  readonly kind: string
  readonly title: string
  readonly body: string
  readonly link: string
  readonly readAt: Instant | null
}

/** Keeps notices, each for one person. */
export async function insertNotices(
  tx: Tx,
  notices: ReadonlyArray<Omit<NoticeRow, 'readAt'> & { readonly userId: UserId }>,
): Promise<void> {
  if (notices.length === 0) return
  const rows = notices.map(({ id, userId, at, kind, title, body, link }) => {
    return { id, user_id: userId, kind, title, body, link, created_at: at, read_at: null }
  })
  await tx.insertInto('notices').values(rows).execute()
}

/** A person's notices, newest first. */
export async function listNotices(queries: Queries, userId: UserId, request: PageRequest): Promise<Page<NoticeRow>> {
  const after = positionOf(request, 'number', 'string')
  let query = queries
    .selectFrom('notices')
    .select(['id', 'created_at as at', 'kind', 'title', 'body', 'link', 'read_at as readAt'])
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
  if (after !== undefined) query = query.where(sql<boolean>`(created_at, id) < (${after[0]}, ${after[1]})`)
  const rows = await query.limit(request.limit + 1).execute()
  return pageOf(
    rows,
    request,
    (row) => [row.at, row.id],
    (row) => row,
  )
}

/** How many notices a person has not read. */
export async function countUnread(queries: Queries, userId: UserId): Promise<number> {
  const row = await queries
    .selectFrom('notices')
    .select((select) => select.fn.countAll<number>().as('unread'))
    .where('user_id', '=', userId)
    .where('read_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(row.unread)
}

/** Marks all of a person's notices as read. */
export async function markRead(tx: Tx, userId: UserId, at: Instant): Promise<void> {
  await tx
    .updateTable('notices')
    .set({ read_at: at })
    .where('user_id', '=', userId)
    .where('read_at', 'is', null)
    .execute()
}
