import type { createdInvitation, invitation } from '@cordon/api/accounts/schema'
import type { z } from 'zod'
import { type Context, note, show } from './context.ts'
import { findOne } from './find-one.ts'
import { localMoment, localTime } from './local-time.ts'
import { table } from './terminal.ts'

type Invitation = z.output<typeof invitation>

/** Shows a link that was just made; it is data, and how long it works is a note. */
export function showInvitation(context: Context, created: z.output<typeof createdInvitation>): void {
  const until = localMoment(created.invitation.expiresAt)
  note(context, `the link works once, until ${until}, and is shown only now\n`)
  show(context, created, `${created.url}\n`)
}

/** Shows open invitations; their links are not known any more. */
export function showInvitations(context: Context, items: readonly Invitation[]): void {
  const rows = items.map((one) => [
    one.note || '-',
    one.role,
    one.invitedBy.name,
    localTime(one.createdAt, 'minute'),
    localTime(one.expiresAt, 'minute'),
    one.id,
  ])
  const columns = ['NOTE', 'ROLE', 'BY', 'MADE (LOCAL)', 'WORKS UNTIL', 'ID']
  show(context, { items }, table(columns, rows, 'no open invitations'))
}

/** An open invitation by its id or note; `list` is the command that shows them. */
export function findInvitation(items: readonly Invitation[], wanted: string, list: string): Invitation {
  return findOne(items, wanted, {
    what: 'id or note of an open invitation',
    list,
    namesOf: ({ note }) => (note === '' ? [] : [note]),
  })
}
