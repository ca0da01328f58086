import type { TestDevice } from '@cordon/api/test-devices/schema'
import { Smartphone } from 'lucide-react'
import { useState } from 'react'
import { useAction } from '../../../platform/use-action.ts'
import { Button } from '../../../ui/button.tsx'
import { Section } from '../../../ui/card.tsx'
import { Confirm } from '../../../ui/confirm.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { type Column, PagedTable } from '../../../ui/table.tsx'
import { Ago } from '../../../ui/time.tsx'
import { useMyTestDevices } from '../api/my-test-devices.ts'
import { removeTestDevice } from '../api/remove-test-device.ts'
import { AddDeviceDialog } from './add-device-dialog.tsx'

/** The person's own test devices. */
export function MyTestDevices() {
  const pages = useMyTestDevices()
  const [adding, setAdding] = useState(false)
  const [doomed, setDoomed] = useState<TestDevice>()
  const remove = useAction(() => removeTestDevice(doomed?.id ?? ''), {
    done: 'Test device removed',
    onDone: () => setDoomed(undefined),
  })
  const add = (
    <Button kind="primary" onClick={() => setAdding(true)}>
      Add device
    </Button>
  )
  return (
    <Section
      title="Your test devices"
      description="Apple limits how many devices of each kind a team may register in a year, and a removed one counts until the year is over."
      actions={pages.items.length > 0 && add}
      flush
    >
      <PagedTable
        label="Your test devices"
        columns={columnsWith(setDoomed)}
        pages={pages}
        rowKey={({ id }) => id}
        empty={
          <EmptyState icon={Smartphone} title="No test devices" action={add}>
            Add your phone, and the next ad-hoc or development build of your apps runs on it.
          </EmptyState>
        }
      />
      {adding && <AddDeviceDialog onClose={() => setAdding(false)} />}
      <Confirm
        open={doomed !== undefined}
        onClose={() => setDoomed(undefined)}
        title={`Remove "${doomed?.title ?? ''}"?`}
        confirmLabel="Remove"
        action={remove}
      >
        <p>Builds do not see it any more. Nothing happens at Apple: it stays registered there.</p>
      </Confirm>
    </Section>
  )
}

function columnsWith(onRemove: (device: TestDevice) => void): ReadonlyArray<Column<TestDevice>> {
  return [
    { name: 'Title', cell: ({ title }) => <span className="font-medium break-words">{title}</span> },
    {
      name: 'Identifier',
      cell: ({ identifier }) => <code className="font-mono text-sm wrap-anywhere">{identifier}</code>,
    },
    { name: 'Added', cell: ({ createdAt }) => <Ago at={createdAt} /> },
    {
      name: 'Actions',
      quiet: true,
      narrow: true,
      cell: (row) => (
        <Button size="small" aria-label={`Remove ${row.title}`} onClick={() => onRemove(row)}>
          Remove
        </Button>
      ),
    },
  ]
}
