import { Button } from '../../../ui/button.tsx'
import { DialogButtons } from '../../../ui/dialog.tsx'

interface FormFooterProps {
  /** What is missing; empty when the form can be sent. */
  readonly gapLine: string
  readonly pending: boolean
  readonly submitLabel: string
  readonly onCancel: () => void
}

/** The buttons of a connection's form, which stay in sight, and the line that says what is missing. */
export function FormFooter({ gapLine, pending, submitLabel, onCancel }: FormFooterProps) {
  return (
    <div className="sticky bottom-0 -mx-5 -mb-5 flex flex-wrap items-center justify-between gap-x-6 gap-y-3 border-t border-line bg-surface px-5 py-4 md:-mx-6 md:-mb-6 md:px-6">
      <p id="connection-gaps" aria-live="polite" className="min-w-0 flex-1 basis-56 text-sm text-ink-soft empty:hidden">
        {pending ? 'Asking Apple…' : gapLine}
      </p>
      <div className="ml-auto max-md:grow">
        <DialogButtons>
          <Button onClick={onCancel}>Cancel</Button>
          <Button
            type="submit"
            kind="primary"
            pending={pending}
            disabled={gapLine !== ''}
            aria-describedby="connection-gaps"
          >
            {submitLabel}
          </Button>
        </DialogButtons>
      </div>
    </div>
  )
}
