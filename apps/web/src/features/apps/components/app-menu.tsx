import type { App } from '@cordon/api/apps/schema'
import { ArrowRightLeft, LogOut, Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useCurrentPerson } from '../../../platform/current-person.ts'
import { useAction } from '../../../platform/use-action.ts'
import { Confirm } from '../../../ui/confirm.tsx'
import { MenuItem, MenuSeparator, RowMenu } from '../../../ui/menu.tsx'
import { removeMember } from '../api/remove-member.ts'
import { DeleteAppDialog } from './delete-dialog.tsx'
import { RenameAppDialog } from './name-dialog.tsx'
import { TransferAppDialog } from './transfer-dialog.tsx'

interface AppMenuProps {
  readonly app: App
  /** The app is not there any more for this person; told before anything is read again. */
  readonly onGone: () => void
}

type Opened = 'rename' | 'transfer' | 'remove' | 'leave'

/** What can be done with an app as a whole. */
export function AppMenu({ app, onGone }: AppMenuProps) {
  const [opened, setOpened] = useState<Opened>()
  const close = () => setOpened(undefined)
  const isOwner = app.role === 'owner'
  return (
    <>
      <RowMenu label={`Actions for ${app.name}`}>
        {(isOwner || app.role === 'admin') && (
          <MenuItem icon={Pencil} onSelect={() => setOpened('rename')}>
            Rename…
          </MenuItem>
        )}
        {isOwner && (
          <>
            <MenuItem icon={ArrowRightLeft} onSelect={() => setOpened('transfer')}>
              Transfer ownership…
            </MenuItem>
            <MenuSeparator />
            <MenuItem icon={Trash2} danger onSelect={() => setOpened('remove')}>
              Delete app…
            </MenuItem>
          </>
        )}
        {!isOwner && app.role !== null && (
          <MenuItem icon={LogOut} danger onSelect={() => setOpened('leave')}>
            Leave the team…
          </MenuItem>
        )}
      </RowMenu>
      {opened === 'rename' && <RenameAppDialog app={app} onClose={close} />}
      {opened === 'transfer' && <TransferAppDialog app={app} onClose={close} />}
      {opened === 'remove' && <DeleteAppDialog app={app} onClose={close} onGone={onGone} />}
      {opened === 'leave' && <LeaveApp app={app} onClose={close} onGone={onGone} />}
    </>
  )
}

function LeaveApp({ app, onClose, onGone }: AppMenuProps & { readonly onClose: () => void }) {
  const person = useCurrentPerson()
  const action = useAction(() => removeMember(app.id, person.id).then(onGone), { done: 'You left the team' })
  return (
    <Confirm open onClose={onClose} title={`Leave "${app.name}"?`} confirmLabel="Leave" action={action}>
      <p>You will not see the app any more. If it uses a connection of yours, that authorisation is suspended.</p>
    </Confirm>
  )
}
