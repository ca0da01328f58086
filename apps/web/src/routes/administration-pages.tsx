import { Invitations } from '../features/accounts/components/invitations.tsx'
import { People } from '../features/accounts/components/people.tsx'
import { InstanceAuditLog } from '../features/audit/components/audit-log.tsx'
import { useCurrentPerson } from '../platform/current-person.ts'
import { PageHeader } from '../ui/card.tsx'

/** Page *People*, with the open invitations. */
export function PeoplePage() {
  const me = useCurrentPerson()
  return (
    <>
      <PageHeader title="People" />
      <div className="grid gap-5">
        <People me={me} />
        <Invitations />
      </div>
    </>
  )
}

/** Page *Audit log*. */
export function InstanceAuditPage() {
  return (
    <>
      <PageHeader title="Audit log" />
      <InstanceAuditLog />
    </>
  )
}
