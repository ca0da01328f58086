import { type App, ASSIGNABLE_ROLES, type Member } from '@cordon/api/apps/schema'
import { UserMinus, Users } from 'lucide-react'
import { useState } from 'react'
import { useCurrentPerson } from '../../../platform/current-person.ts'
import { type Action, useAction } from '../../../platform/use-action.ts'
import { APP_ROLE_HELP, ROLE_NAMES } from '../../../shared/roles.ts'
import { PersonLine } from '../../../ui/avatar.tsx'
import { Section } from '../../../ui/card.tsx'
import { Confirm } from '../../../ui/confirm.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { MenuItem, RowMenu } from '../../../ui/menu.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { Select } from '../../../ui/select.tsx'
import { type Column, PagedTable } from '../../../ui/table.tsx'
import { Ago } from '../../../ui/time.tsx'
import { changeMember } from '../api/change-member.ts'
import { useMembers } from '../api/members.ts'
import { removeMember } from '../api/remove-member.ts'
import { mayLead } from './rights.ts'

type Change = Action<Parameters<typeof changeMember>, unknown>

/** Members of an app and their roles. */
export function Team({ app }: { readonly app: App }) {
  const pages = useMembers(app.id)
  const change = useAction(changeMember, { done: 'Role saved' })
  const [doomed, setDoomed] = useState<Member>()
  const remove = useAction(() => removeMember(app.id, doomed?.user.id ?? ''), {
    done: 'Member removed',
    onDone: () => setDoomed(undefined),
  })
  const columns = useColumns(app, change, setDoomed)
  return (
    <Section
      title="Members"
      description="Connections of the owner and the admins can be chosen above. Who loses one of these roles takes their connection along."
      flush
    >
      {change.error !== undefined && (
        <div className="p-4">
          <Problem error={change.error} />
        </div>
      )}
      <PagedTable
        label="Members"
        columns={columns}
        pages={pages}
        rowKey={({ user }) => user.id}
        empty={
          <EmptyState icon={Users} title="No members">
            Invite somebody below.
          </EmptyState>
        }
      />
      <Confirm
        open={doomed !== undefined}
        onClose={() => setDoomed(undefined)}
        title={`Remove ${doomed?.user.name ?? ''} from the team?`}
        confirmLabel="Remove"
        action={remove}
      >
        <p>
          They do not see the app any more. If it uses a connection of theirs, that authorisation is suspended and
          builds get no key until an admin chooses another one.
        </p>
      </Confirm>
    </Section>
  )
}

function useColumns(app: App, change: Change, onRemove: (member: Member) => void): ReadonlyArray<Column<Member>> {
  const me = useCurrentPerson()
  const columns: ReadonlyArray<Column<Member>> = [
    {
      name: 'Member',
      cell: ({ user }) => (
        <PersonLine name={user.name} email={user.email} {...(user.id === me.id ? { note: '(you)' } : {})} />
      ),
    },
    { name: 'Role', cell: (member) => <RoleCell app={app} member={member} change={change} /> },
    { name: 'Since', cell: ({ since }) => <Ago at={since} /> },
  ]
  if (!mayLead(app)) return columns
  return [
    ...columns,
    {
      name: 'Actions',
      quiet: true,
      narrow: true,
      cell: (member) =>
        member.role !== 'owner' && (
          <RowMenu label={`Actions for ${member.user.name}`}>
            <MenuItem icon={UserMinus} danger onSelect={() => onRemove(member)}>
              Remove from the team…
            </MenuItem>
          </RowMenu>
        ),
    },
  ]
}

interface RoleCellProps {
  readonly app: App
  readonly member: Member
  readonly change: Change
}

function RoleCell({ app, member, change }: RoleCellProps) {
  if (member.role === 'owner' || !mayLead(app)) return <span>{ROLE_NAMES[member.role]}</span>
  return (
    <Select
      aria-label={`Role of ${member.user.name}`}
      title={APP_ROLE_HELP[member.role]}
      value={member.role}
      onChange={(event) => {
        const role = ASSIGNABLE_ROLES.find((candidate) => candidate === event.target.value)
        if (role !== undefined) void change.run(app.id, member.user.id, role)
      }}
      className="w-40"
    >
      {ASSIGNABLE_ROLES.map((role) => (
        <option key={role} value={role}>
          {ROLE_NAMES[role]}
        </option>
      ))}
    </Select>
  )
}
