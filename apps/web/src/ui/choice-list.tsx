import { Check, ChevronsUpDown, TriangleAlert } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { classes } from './classes.ts'
import { inputClass } from './input-class.ts'

/** One entry of the list. A disabled one can be reached, so that its note can be read, but not chosen. */
export interface ListChoice {
  readonly value: string
  readonly label: string
  readonly note: ReactNode
  /** What to know before choosing it; marked as such. */
  readonly warning?: string
  readonly disabled: boolean
}

interface ChoiceListProps {
  readonly id: string
  readonly labelledBy: string
  readonly describedBy?: string | undefined
  readonly value: string
  readonly choices: readonly ListChoice[]
  /** A choice is being saved: the list does not open, but keeps the focus. */
  readonly busy?: boolean
  readonly onValue: (value: string) => void
}

/**
 * A select whose entries have a second line, after the "select-only combobox" pattern of the ARIA practices. The browser's
 * own select cannot show why an entry is greyed, nor let a keyboard reach it.
 */
export function ChoiceList({ id, labelledBy, describedBy, value, choices, busy = false, onValue }: ChoiceListProps) {
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(0)
  const frame = useRef<HTMLDivElement>(null)
  const chosen = choices.find((choice) => choice.value === value)
  useCloseOutside(frame, open, () => setOpen(false))

  function show(): void {
    if (busy) return
    setActive(
      Math.max(
        0,
        choices.findIndex((choice) => choice.value === value),
      ),
    )
    setOpen(true)
  }

  function choose(index: number): void {
    const choice = choices[index]
    if (choice === undefined || choice.disabled) return
    setOpen(false)
    if (choice.value !== value) onValue(choice.value)
  }

  function onKeyDown(event: KeyboardEvent): void {
    const key = KEYS[event.key]
    if (key === undefined || (!open && event.key === 'Escape')) return
    event.preventDefault()
    if (open) key({ active, last: choices.length - 1, setActive, choose, close: () => setOpen(false) })
    else show()
  }

  return (
    <div ref={frame} className="relative">
      <button
        type="button"
        id={id}
        role="combobox"
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-labelledby={`${labelledBy} ${id}`}
        aria-describedby={describedBy}
        aria-activedescendant={open ? `${id}-${active}` : undefined}
        aria-busy={busy || undefined}
        onClick={() => (open ? setOpen(false) : show())}
        onKeyDown={onKeyDown}
        onBlur={(event) => {
          if (!frame.current?.contains(event.relatedTarget)) setOpen(false)
        }}
        className={classes(
          inputClass,
          'flex items-center justify-between gap-3 text-left enabled:hover:bg-hover aria-busy:opacity-60',
        )}
      >
        <span className="min-w-0 truncate">{chosen?.label}</span>
        <ChevronsUpDown className="size-4 shrink-0 text-ink-faint" aria-hidden="true" />
      </button>
      <div
        id={`${id}-list`}
        role="listbox"
        tabIndex={-1}
        aria-labelledby={labelledBy}
        hidden={!open}
        className="absolute inset-x-0 top-full z-30 mt-1.5 max-h-80 overflow-y-auto rounded-xl border border-line bg-raised p-1.5 shadow-pop"
      >
        {choices.map((choice, index) => (
          <Option
            key={choice.value}
            id={`${id}-${index}`}
            choice={choice}
            active={index === active}
            selected={choice.value === value}
            onHover={() => setActive(index)}
            onChoose={() => choose(index)}
          />
        ))}
      </div>
    </div>
  )
}

interface ListState {
  readonly active: number
  readonly last: number
  readonly setActive: (index: number) => void
  readonly choose: (index: number) => void
  readonly close: () => void
}

const KEYS: Record<string, (list: ListState) => void> = {
  ArrowDown: ({ active, last, setActive }) => setActive(Math.min(last, active + 1)),
  ArrowUp: ({ active, setActive }) => setActive(Math.max(0, active - 1)),
  Home: ({ setActive }) => setActive(0),
  End: ({ last, setActive }) => setActive(last),
  Enter: ({ active, choose }) => choose(active),
  ' ': ({ active, choose }) => choose(active),
  Escape: ({ close }) => close(),
}

interface OptionProps {
  readonly id: string
  readonly choice: ListChoice
  readonly active: boolean
  readonly selected: boolean
  readonly onHover: () => void
  readonly onChoose: () => void
}

function Option({ id, choice, active, selected, onHover, onChoose }: OptionProps) {
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (active) element.current?.scrollIntoView({ block: 'nearest' })
  }, [active])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard is served by the combobox, which keeps the focus
    // biome-ignore lint/a11y/useFocusableInteractive: likewise
    <div
      ref={element}
      id={id}
      role="option"
      aria-selected={selected}
      aria-disabled={choice.disabled || undefined}
      onMouseEnter={onHover}
      // The focus stays on the combobox.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onChoose}
      className={classes(
        'flex min-h-11 items-center gap-3 rounded-lg px-2.5 py-1.5 md:min-h-9',
        choice.disabled ? 'cursor-not-allowed' : 'cursor-pointer',
        active && 'bg-hover',
      )}
    >
      <span className="grid min-w-0 flex-1">
        <span className={classes('truncate', choice.disabled ? 'text-ink-faint' : 'font-medium')}>{choice.label}</span>
        {choice.note !== '' && <span className="text-sm text-ink-soft">{choice.note}</span>}
        {choice.warning && (
          <span className="flex items-start gap-1.5 text-sm text-warning">
            <TriangleAlert className="mt-0.5 size-3.5 shrink-0" aria-hidden="true" />
            {choice.warning}
          </span>
        )}
      </span>
      {selected && <Check className="size-4 shrink-0 text-accent" aria-hidden="true" />}
    </div>
  )
}

function useCloseOutside(frame: React.RefObject<HTMLElement | null>, open: boolean, close: () => void): void {
  useEffect(() => {
    if (!open) return
    const onPointerDown = (event: PointerEvent) => {
      if (event.target instanceof Node && !frame.current?.contains(event.target)) close()
    }
    document.addEventListener('pointerdown', onPointerDown)
    return () => document.removeEventListener('pointerdown', onPointerDown)
  }, [frame, open, close])
}
