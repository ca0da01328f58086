import type { AppId, ConnectionId } from '@cordon/core/ids'
import type { AuditInput } from '../../platform/audit/event.ts'
import type { Tx } from '../../platform/db/database.ts'
import type { By } from '../../platform/http/by.ts'
import { actorOf } from '../../platform/http/principal.ts'
import type { NewNotice } from '../../platform/notice.ts'
import type { AuthorisationParts } from './parts.ts'

/** Nobody is told what they did themselves. What merely follows from it, a suspension, is told to them too. */
export function tellOthers(
  { tell }: Pick<AuthorisationParts, 'tell'>,
  tx: Tx,
  by: By,
  notices: readonly NewNotice[],
): Promise<void> {
  return tell(
    tx,
    notices.filter(({ userId }) => userId !== by.principal.userId),
  )
}

/** An event of the log about the connection of an app. */
export function event(
  by: By,
  appId: AppId,
  connection: { readonly id: ConnectionId; readonly name: string },
  action: string,
  summary: string,
  details: Readonly<Record<string, unknown>>,
): AuditInput {
  return {
    appId,
    actor: actorOf(by.principal),
    action,
    object: { kind: 'connection', id: connection.id, name: connection.name },
    summary,
    requestId: by.requestId,
    details,
  }
}
