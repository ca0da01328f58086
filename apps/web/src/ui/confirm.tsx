import type { ReactNode } from 'react'
import type { Action } from '../platform/use-action.ts'
import { Button } from './button.tsx'
import { Dialog, DialogButtons } from './dialog.tsx'
import { Problem } from './problem.tsx'

interface ConfirmProps {
  readonly open: boolean
  readonly onClose: () => void
  readonly title: string
  /** What will happen, and to whom. */
  readonly children: ReactNode
  readonly confirmLabel: string
  readonly danger?: boolean
  readonly action: Action<[], unknown>
}

/** Asks before something that is hard to take back. */
export function Confirm({ open, onClose, title, children, confirmLabel, danger = true, action }: ConfirmProps) {
  return (
    <Dialog open={open} onClose={onClose} title={title}>
      <div className="grid gap-3 text-ink-soft">{children}</div>
      <Problem error={action.error} />
      <DialogButtons>
        <Button data-autofocus onClick={onClose}>
          Cancel
        </Button>
        <Button kind={danger ? 'danger' : 'primary'} pending={action.pending} onClick={() => void action.run()}>
          {confirmLabel}
        </Button>
      </DialogButtons>
    </Dialog>
  )
}
