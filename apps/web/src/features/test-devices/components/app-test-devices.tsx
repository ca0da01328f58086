import type { TestDevice } from '@cordon/api/test-devices/schema'
import { Smartphone } from 'lucide-react'
import type { ReactNode } from 'react'
import { Section } from '../../../ui/card.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { type Column, PagedTable } from '../../../ui/table.tsx'
import { Ago } from '../../../ui/time.tsx'
import { useAppTestDevices } from '../api/app-test-devices.ts'

const COLUMNS: ReadonlyArray<Column<TestDevice>> = [
  { name: 'Title', cell: ({ title }) => <span className="font-medium break-words">{title}</span> },
  {
    name: 'Identifier',
    cell: ({ identifier }) => <code className="font-mono text-sm wrap-anywhere">{identifier}</code>,
  },
  { name: 'Of', cell: ({ owner }) => owner.name },
  { name: 'Added', cell: ({ createdAt }) => <Ago at={createdAt} /> },
]

interface AppTestDevicesProps {
  readonly appId: string
  /** Where to add one's own devices, as a link. */
  readonly addLink: ReactNode
}

/** Devices that builds of the app see. */
export function AppTestDevices({ appId, addLink }: AppTestDevicesProps) {
  const pages = useAppTestDevices(appId)
  return (
    <Section
      title="Test devices"
      description="Devices of everybody in the team. Builds see all of them, and register at Apple those that are missing there."
      flush
    >
      <PagedTable
        label="Test devices"
        columns={COLUMNS}
        pages={pages}
        rowKey={({ id }) => id}
        empty={
          <EmptyState icon={Smartphone} title="No test devices" action={addLink}>
            Each member brings their own, under Account settings › Test devices.
          </EmptyState>
        }
      />
    </Section>
  )
}
