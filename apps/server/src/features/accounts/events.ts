import type { Actor, AuditInput } from '../../platform/audit/event.ts'
import type { UsersTable } from '../../platform/db/schema.ts'

type Named = Pick<UsersTable, 'id' | 'name'>

/** A person as the audit log names who did something. */
export function actorOfUser({ id, name }: Named): Actor {
  return { kind: 'person', id, name }
}

/** An event about a person, on the chain of the instance. */
export function personEvent(
  about: Named,
  event: Pick<AuditInput, 'actor' | 'action' | 'summary' | 'requestId' | 'details' | 'outcome'>,
): AuditInput {
  return { ...event, object: { kind: 'person', id: about.id, name: about.name } }
}
