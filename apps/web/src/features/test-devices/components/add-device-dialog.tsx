import { newTestDevice } from '@cordon/api/test-devices/schema'
import { useAction } from '../../../platform/use-action.ts'
import { useForm } from '../../../platform/use-form.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog, DialogButtons } from '../../../ui/dialog.tsx'
import { TextField } from '../../../ui/field.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { addTestDevice } from '../api/add-test-device.ts'

/** Adds a device by hand. */
export function AddDeviceDialog({ onClose }: { readonly onClose: () => void }) {
  const action = useAction(addTestDevice, { done: 'Test device added', onDone: onClose })
  const form = useForm({
    id: 'test-device',
    initial: { title: '', identifier: '' },
    accepts: newTestDevice,
    toBody: (values) => values,
    submit: action.run,
    error: action.error,
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title="Add a test device"
      description="Builds of every app whose team you are in see it, and may register it at Apple."
    >
      <form onSubmit={form.onSubmit} noValidate className="grid gap-5">
        <TextField field={form.field('title')} label="Title" placeholder="Dana's iPhone 15" autoComplete="off" />
        <TextField
          field={form.field('identifier')}
          label="Identifier (UDID)"
          placeholder="00008101-000A1B2C3D4E001E"
          mono
          help="On a Mac: connect the device, open Finder, choose the device and click the line below its name until the UDID appears."
          autoComplete="off"
          spellCheck={false}
        />
        <Problem error={form.problem} />
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" pending={action.pending}>
            Add device
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  )
}
