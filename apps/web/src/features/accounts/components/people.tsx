import type { Person } from '@cordon/api/accounts/schema'
import { Shield, ShieldOff, UserCheck, Users, UserX } from 'lucide-react'
import { useState } from 'react'
import { type Action, useAction } from '../../../platform/use-action.ts'
import { ROLE_NAMES } from '../../../shared/roles.ts'
import { PersonLine } from '../../../ui/avatar.tsx'
import { Badge } from '../../../ui/badge.tsx'
import { Section } from '../../../ui/card.tsx'
import { Confirm } from '../../../ui/confirm.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { MenuItem, RowMenu } from '../../../ui/menu.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { type Column, PagedTable } from '../../../ui/table.tsx'
import { Ago } from '../../../ui/time.tsx'
import { changePerson } from '../api/change-person.ts'
import { usePeople } from '../api/people.ts'

type Change = Action<Parameters<typeof changePerson>, unknown>

/** Everybody on the instance, for administrators. */
export function People({ me }: { readonly me: Person }) {
  const pages = usePeople()
  const change = useAction(changePerson, { done: 'Saved' })
  const [doomed, setDoomed] = useState<Person>()
  const disable = useAction(() => changePerson(doomed?.id ?? '', { disabled: true }), {
    done: 'Person disabled',
    onDone: () => setDoomed(undefined),
  })
  return (
    <Section
      title="Everybody on this instance"
      description="Administrators see this page and the audit log of the instance."
      flush
    >
      {change.error !== undefined && (
        <div className="p-4">
          <Problem error={change.error} />
        </div>
      )}
      <PagedTable
        label="People"
        columns={columnsFor(me, change, setDoomed)}
        pages={pages}
        rowKey={({ id }) => id}
        empty={
          <EmptyState icon={Users} title="Nobody">
            Invite somebody below.
          </EmptyState>
        }
      />
      <Confirm
        open={doomed !== undefined}
        onClose={() => setDoomed(undefined)}
        title={`Disable ${doomed?.name ?? ''}?`}
        confirmLabel="Disable"
        action={disable}
      >
        <p>
          They are signed out everywhere and cannot sign in. Apps that use their Apple connections get nothing until an
          admin chooses another connection. Enabling them again lets them sign in.
        </p>
      </Confirm>
    </Section>
  )
}

function columnsFor(me: Person, change: Change, onDisable: (person: Person) => void): ReadonlyArray<Column<Person>> {
  return [
    {
      name: 'Person',
      quiet: false,
      cell: ({ id, name, email }) => (
        <PersonLine name={name} email={email} {...(id === me.id ? { note: '(you)' } : {})} />
      ),
    },
    {
      name: 'Role',
      cell: ({ role, disabled }) => (
        <span className="flex flex-wrap gap-1.5">
          <Badge tone={role === 'administrator' ? 'info' : 'neutral'}>{ROLE_NAMES[role]}</Badge>
          {disabled && <Badge tone="danger">Disabled</Badge>}
        </span>
      ),
    },
    { name: 'Here since', cell: ({ createdAt }) => <Ago at={createdAt} /> },
    {
      name: 'Actions',
      quiet: true,
      narrow: true,
      cell: (person) => <PersonMenu person={person} me={me} change={change} onDisable={onDisable} />,
    },
  ]
}

interface PersonMenuProps {
  readonly person: Person
  readonly me: Person
  readonly change: Change
  readonly onDisable: (person: Person) => void
}

function PersonMenu({ person, me, change, onDisable }: PersonMenuProps) {
  const isAdministrator = person.role === 'administrator'
  return (
    <RowMenu label={`Actions for ${person.name}`}>
      {isAdministrator ? (
        <MenuItem icon={ShieldOff} onSelect={() => void change.run(person.id, { role: 'member' })}>
          Make member
        </MenuItem>
      ) : (
        <MenuItem icon={Shield} onSelect={() => void change.run(person.id, { role: 'administrator' })}>
          Make administrator
        </MenuItem>
      )}
      {person.disabled ? (
        <MenuItem icon={UserCheck} onSelect={() => void change.run(person.id, { disabled: false })}>
          Enable
        </MenuItem>
      ) : (
        <MenuItem icon={UserX} danger disabled={person.id === me.id} onSelect={() => onDisable(person)}>
          Disable…
        </MenuItem>
      )}
    </RowMenu>
  )
}
