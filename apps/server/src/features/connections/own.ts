import { describeAppleSession } from '@cordon/api/connections/apple-session'
import { connectionErrors } from '@cordon/api/connections/errors'
import type { ConnectionId } from '@cordon/core/ids'
import type { AuditInput } from '../../platform/audit/event.ts'
import type { Db, Tx } from '../../platform/db/database.ts'
import type { By } from '../../platform/http/by.ts'
import { actorOf } from '../../platform/http/principal.ts'
import { transactionBy } from '../../platform/http/transaction-by.ts'
import type { ConnectionParts, ConnectionView } from './parts.ts'
import { type ConnectionRow, findConnection, listUses, lockConnection, type UseRow } from './store.ts'

/** A person's own connection. Throws `connection.not_found`. */
export async function read(parts: ConnectionParts, id: ConnectionId, by: By): Promise<ConnectionView> {
  const row = await requireOwn(parts.db.queries, id, by)
  return viewOf(parts, row, await listUses(parts.db.queries, [id]))
}

/** A connection as it stands at this moment: a date that has passed counts, also before anybody wrote it down. */
export function viewOf({ clock }: ConnectionParts, row: ConnectionRow, usedBy: readonly UseRow[]): ConnectionView {
  const session = row.session === null ? null : describeAppleSession(row.session, clock.now())
  return { ...row, session, state: session?.state === 'expired' ? 'expired' : row.state, usedBy }
}

/** A person's own connection as it is stored. Throws `connection.not_found`. */
export async function requireOwn(queries: Db['queries'], id: ConnectionId, by: By): Promise<ConnectionRow> {
  const row = await findConnection(queries, id, by.principal.userId)
  if (row === undefined) throw connectionErrors.not_found()
  return row
}

/** One change of a connection at a time, by its owner; state and log are kept together. */
export async function changeOwn(
  parts: ConnectionParts,
  id: ConnectionId,
  by: By,
  work: (tx: Tx, before: ConnectionRow) => Promise<readonly AuditInput[]>,
): Promise<void> {
  await transactionBy(parts, by, async (tx) => {
    if (!(await lockConnection(tx, id, by.principal.userId, parts.clock.now()))) throw connectionErrors.not_found()
    const before = await requireOwn(tx, id, by)
    await parts.audit.append(tx, ...(await work(tx, before)))
  })
}

/** An event of a connection for the log. */
export function event(
  by: By,
  connection: { readonly id: ConnectionId; readonly name: string },
  action: string,
  summary: string,
  details: Readonly<Record<string, unknown>>,
): AuditInput {
  const object = { kind: 'connection', id: connection.id, name: connection.name }
  return { actor: actorOf(by.principal), action, object, summary, requestId: by.requestId, details }
}
