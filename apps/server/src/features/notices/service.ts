import type { UserId } from '@cordon/core/ids'
import type { Clock } from '@cordon/core/instant'
import { type Db, transaction } from '../../platform/db/database.ts'
import type { Page, PageRequest } from '../../platform/db/page.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Tell } from '../../platform/notice.ts'
import { countUnread, insertNotices, listNotices, markRead, type NoticeRow } from './store.ts'

export interface NoticeParts {
  readonly db: Db
  readonly ids: Ids
  readonly clock: Clock
}

/** What people are told in the web app. */
export interface Notices {
  readonly tell: Tell
  list(userId: UserId, request: PageRequest): Promise<Page<NoticeRow> & { readonly unread: number }>
  markAllRead(userId: UserId): Promise<void>
}

/** Makes the feature. */
export function createNotices({ db, ids, clock }: NoticeParts): Notices {
  return {
    tell: (tx, notices) => {
      const at = clock.now()
      return insertNotices(
        tx,
        notices.map((notice) => ({ ...notice, id: ids('notice'), at })),
      )
    },
    list: async (userId, request) => {
      const page = await listNotices(db.queries, userId, request)
      return { ...page, unread: await countUnread(db.queries, userId) }
    },
    markAllRead: (userId) => transaction(db, (tx) => markRead(tx, userId, clock.now())),
  }
}
