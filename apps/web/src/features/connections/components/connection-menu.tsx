import type { Connection } from '@cordon/api/connections/schema'
import { ArrowRightLeft, KeyRound, Pencil, RefreshCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { MenuItem, MenuSeparator, RowMenu } from '../../../ui/menu.tsx'
import { RemoveConnection } from './remove-connection.tsx'
import { RenameConnectionDialog } from './rename-dialog.tsx'
import { ReplaceKeyDialog } from './replace-key-dialog.tsx'
import { TransferConnectionDialog } from './transfer-dialog.tsx'

type Opened = 'replace' | 'rename' | 'transfer' | 'remove'

interface ConnectionMenuProps {
  readonly connection: Connection
  readonly onTest: () => void
}

/** What can be done with a connection. */
export function ConnectionMenu({ connection, onTest }: ConnectionMenuProps) {
  const [opened, setOpened] = useState<Opened>()
  const close = () => setOpened(undefined)
  return (
    <>
      <RowMenu label={`Actions for ${connection.name}`}>
        <MenuItem icon={RefreshCw} onSelect={onTest}>
          Test now
        </MenuItem>
        <MenuItem icon={KeyRound} onSelect={() => setOpened('replace')}>
          Replace key…
        </MenuItem>
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
      {opened === 'replace' && <ReplaceKeyDialog connection={connection} onClose={close} />}
      {opened === 'rename' && <RenameConnectionDialog connection={connection} onClose={close} />}
      {opened === 'transfer' && <TransferConnectionDialog connection={connection} onClose={close} />}
      {opened === 'remove' && <RemoveConnection connection={connection} onClose={close} />}
    </>
  )
}
