import type { Connection } from '@cordon/api/connections/schema'
import { ArrowRightLeft, KeyRound, LogIn, Pencil, RectangleEllipsis, RefreshCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { MenuItem, MenuSeparator, RowMenu } from '../../../ui/menu.tsx'
import { AppSpecificPasswordDialog } from './app-specific-password-dialog.tsx'
import { RemoveConnection } from './remove-connection.tsx'
import { RenameConnectionDialog } from './rename-dialog.tsx'
import { ReplaceKeyDialog } from './replace-key-dialog.tsx'
import { TransferConnectionDialog } from './transfer-dialog.tsx'

type Opened = 'replace' | 'app-specific-password' | 'rename' | 'transfer' | 'remove'

interface ConnectionMenuProps {
  readonly connection: Connection
  readonly onTest: () => void
  readonly onSignIn: () => void
}

/** What can be done with a connection. */
export function ConnectionMenu({ connection, onTest, onSignIn }: ConnectionMenuProps) {
  const [opened, setOpened] = useState<Opened>()
  const close = () => setOpened(undefined)
  const { summary } = connection
  return (
    <>
      <RowMenu label={`Actions for ${connection.name}`}>
        <MenuItem icon={RefreshCw} onSelect={onTest}>
          Test now
        </MenuItem>
        {summary.kind === 'apple_id' ? (
          <>
            <MenuItem icon={LogIn} onSelect={onSignIn}>
              Sign in again…
            </MenuItem>
            <MenuItem icon={RectangleEllipsis} onSelect={() => setOpened('app-specific-password')}>
              App-specific password…
            </MenuItem>
          </>
        ) : (
          <MenuItem icon={KeyRound} onSelect={() => setOpened('replace')}>
            Replace key…
          </MenuItem>
        )}
        <MenuItem icon={Pencil} onSelect={() => setOpened('rename')}>
          Rename…
        </MenuItem>
        <MenuItem icon={ArrowRightLeft} onSelect={() => setOpened('transfer')}>
          Transfer…
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={Trash2} danger onSelect={() => setOpened('remove')}>
          Remove…
        </MenuItem>
      </RowMenu>
      {opened === 'replace' && summary.kind !== 'apple_id' && (
        <ReplaceKeyDialog connection={connection} summary={summary} onClose={close} />
      )}
      {opened === 'app-specific-password' && summary.kind === 'apple_id' && (
        <AppSpecificPasswordDialog connection={connection} isStored={summary.hasAppSpecificPassword} onClose={close} />
      )}
      {opened === 'rename' && <RenameConnectionDialog connection={connection} onClose={close} />}
      {opened === 'transfer' && <TransferConnectionDialog connection={connection} onClose={close} />}
      {opened === 'remove' && <RemoveConnection connection={connection} onClose={close} />}
    </>
  )
}
