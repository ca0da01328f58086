import type { App } from '@cordon/api/apps/schema'
import { useState } from 'react'
import { useAction } from '../../../platform/use-action.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog, DialogButtons } from '../../../ui/dialog.tsx'
import { SelectField } from '../../../ui/field.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { useMembers } from '../api/members.ts'
import { transferApp } from '../api/transfer-app.ts'

interface TransferAppProps {
  readonly app: App
  readonly onClose: () => void
}

/** Makes another member the owner. */
export function TransferAppDialog({ app, onClose }: TransferAppProps) {
  const members = useMembers(app.id)
  const others = members.items.filter(({ role }) => role !== 'owner')
  const [chosen, setChosen] = useState('')
  const userId = chosen || (others[0]?.user.id ?? '')
  const action = useAction(() => transferApp(app.id, userId), { done: 'Ownership transferred', onDone: onClose })
  return (
    <Dialog
      open
      onClose={onClose}
      title="Transfer ownership"
      description="The new owner can do everything, and you become an admin."
    >
      {others.length === 0 ? (
        <p className="text-ink-soft">There is nobody else in the team yet. Invite somebody on the Team tab first.</p>
      ) : (
        <SelectField
          field={{ id: 'new-owner', name: 'userId', value: userId, onValue: setChosen, error: undefined }}
          label="New owner"
          choices={others.map(({ user }) => ({ value: user.id, label: `${user.name} (${user.email})` }))}
        />
      )}
      <Problem error={action.error} />
      <DialogButtons>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          kind="primary"
          pending={action.pending}
          disabled={others.length === 0}
          onClick={() => void action.run()}
        >
          Transfer
        </Button>
      </DialogButtons>
    </Dialog>
  )
}
