import { X } from 'lucide-react'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import { Button } from './button.tsx'
import { classes } from './classes.ts'

interface DialogProps {
  readonly open: boolean
  readonly onClose: () => void
  readonly title: ReactNode
  readonly description?: ReactNode
  readonly children: ReactNode
  readonly wide?: boolean
}

/**
 * A modal dialog on the browser's own `<dialog>`: it keeps the focus inside, makes the page behind inert and closes on
 * Escape. On closing, the focus returns to what opened it. Its content lives only while it is open.
 */
export function Dialog({ open, ...rest }: DialogProps) {
  return open ? <OpenDialog {...rest} /> : null
}

function OpenDialog({ onClose, title, description, children, wide = false }: Omit<DialogProps, 'open'>) {
  const element = useModal()
  const id = useId()
  return (
    <dialog
      ref={element}
      aria-labelledby={`${id}-title`}
      aria-describedby={description === undefined ? undefined : `${id}-description`}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      className={classes(
        'm-auto w-[calc(100vw-2rem)] rounded-2xl border border-line bg-surface p-0 text-ink shadow-pop',
        'max-h-[calc(100dvh-2rem)] overflow-y-auto overscroll-contain max-md:mb-4',
        // Wide ones are forms whose buttons stay in sight: what has the focus must not lie behind them.
        wide ? 'max-w-2xl scroll-pb-36' : 'max-w-lg',
      )}
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5 p-5 md:p-6">
        <div className="grid gap-1 pr-10">
          <h2 id={`${id}-title`} className="text-lg font-semibold">
            {title}
          </h2>
          {description !== undefined && (
            <div id={`${id}-description`} className="text-ink-soft">
              {description}
            </div>
          )}
        </div>
        {children}
      </div>
      <Button kind="quiet" size="icon" onClick={onClose} className="absolute top-3 right-3">
        <X aria-hidden="true" />
        <span className="sr-only">Close</span>
      </Button>
    </dialog>
  )
}

const FIELDS = 'input:not([type="hidden"]), select, textarea'

function useModal() {
  const element = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = element.current
    const opener = openerOf(document.activeElement)
    dialog?.showModal()
    const first = dialog?.querySelector<HTMLElement>('[data-autofocus]') ?? dialog?.querySelector<HTMLElement>(FIELDS)
    first?.focus()
    return () => {
      dialog?.close()
      // What opened the dialog may be gone, such as the button of an empty list.
      const target = opener?.isConnected ? opener : document.getElementById('main')
      target?.focus()
    }
  }, [])
  return element
}

// A dialog opened from a menu returns the focus to the menu's button: the chosen item is gone by then.
function openerOf(active: Element | null): HTMLElement | null {
  const menu = active?.closest('[role="menu"]')
  const button = menu?.getAttribute('aria-labelledby')
  if (button) return document.getElementById(button)
  return active instanceof HTMLElement && active !== document.body ? active : null
}

/** The row of buttons at the end of a dialog; the main one last. */
export function DialogButtons({ children }: { readonly children: ReactNode }) {
  return <div className="flex flex-wrap-reverse justify-end gap-2 max-md:grow max-md:[&>button]:flex-1">{children}</div>
}
