import type { LucideIcon } from 'lucide-react'
import { RadioGroup } from 'radix-ui'
import { classes } from './classes.ts'

/** One of the choices. */
export interface RadioOption {
  readonly value: string
  readonly label: string
  /** What it means; cards leave room for it. */
  readonly help?: string
  readonly icon?: LucideIcon
}

interface RadioChoiceProps {
  readonly id: string
  readonly label: string
  readonly value: string
  readonly onValue: (value: string) => void
  readonly choices: readonly RadioOption[]
  /** `cards` side by side, for choices with an explanation; `rows` one below the other, for those without. */
  readonly layout: keyof typeof LAYOUTS
}

const LAYOUTS = {
  cards: {
    group: 'grid gap-2 sm:grid-cols-3',
    item: 'items-start gap-2.5 rounded-lg border border-line p-3 shadow-card data-[state=checked]:border-accent data-[state=checked]:ring-1 data-[state=checked]:ring-accent',
    dot: 'mt-0.5',
  },
  rows: {
    group: 'overflow-hidden rounded-lg border border-line',
    item: 'min-h-11 w-full items-center gap-3 border-t border-line px-3 py-1.5 first:border-t-0 focus-visible:-outline-offset-2 md:min-h-9',
    dot: '',
  },
} as const

/** A choice of one among a few that are all in sight. */
export function RadioChoice({ id, label, value, onValue, choices, layout }: RadioChoiceProps) {
  return (
    <div className="grid gap-1.5">
      <span id={`${id}-label`} className="text-sm font-medium">
        {label}
      </span>
      <RadioGroup.Root
        id={id}
        value={value}
        onValueChange={onValue}
        aria-labelledby={`${id}-label`}
        className={LAYOUTS[layout].group}
      >
        {choices.map((choice) => (
          <Item key={choice.value} id={`${id}-${choice.value}`} choice={choice} layout={layout} />
        ))}
      </RadioGroup.Root>
    </div>
  )
}

interface ItemProps {
  readonly id: string
  readonly choice: RadioOption
  readonly layout: keyof typeof LAYOUTS
}

function Item({ id, choice: { value, label, help = '', icon: Icon }, layout }: ItemProps) {
  return (
    <RadioGroup.Item
      value={value}
      aria-labelledby={`${id}-label`}
      aria-describedby={help === '' ? undefined : `${id}-help`}
      className={classes(
        'flex bg-surface text-left hover:bg-hover data-[state=checked]:bg-accent-soft',
        LAYOUTS[layout].item,
      )}
    >
      <span
        aria-hidden="true"
        className={classes(
          'grid size-4 shrink-0 place-items-center rounded-full border border-line-strong bg-surface',
          LAYOUTS[layout].dot,
        )}
      >
        <RadioGroup.Indicator className="size-2 rounded-full bg-accent" />
      </span>
      <span className="grid min-w-0 flex-1 gap-0.5">
        <span id={`${id}-label`} className="font-medium break-words text-ink">
          {label}
        </span>
        {help !== '' && (
          <span id={`${id}-help`} className="text-sm text-ink-soft">
            {help}
          </span>
        )}
      </span>
      {Icon !== undefined && <Icon className="size-4 shrink-0 text-ink-faint" aria-hidden="true" />}
    </RadioGroup.Item>
  )
}
