import type { LucideIcon } from 'lucide-react'
import { RadioGroup } from 'radix-ui'
import { classes } from './classes.ts'

/** One row of the choice. */
export interface RowChoice {
  readonly value: string
  readonly label: string
  readonly icon: LucideIcon
}

interface RadioRowsProps {
  readonly id: string
  readonly label: string
  readonly value: string
  readonly onValue: (value: string) => void
  readonly choices: readonly RowChoice[]
}

/** A choice of one among a few that need no explanation, one below the other. */
export function RadioRows({ id, label, value, onValue, choices }: RadioRowsProps) {
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
        className="overflow-hidden rounded-lg border border-line"
      >
        {choices.map(({ value: choice, label: text, icon: Icon }) => (
          <RadioGroup.Item
            key={choice}
            value={choice}
            className={classes(
              'flex min-h-11 w-full items-center gap-3 border-t border-line px-3 py-1.5 text-left first:border-t-0 hover:bg-hover md:min-h-9',
              'focus-visible:-outline-offset-2 data-[state=checked]:bg-accent-soft data-[state=checked]:font-medium',
            )}
          >
            <span
              aria-hidden="true"
              className="grid size-4 shrink-0 place-items-center rounded-full border border-line-strong bg-surface"
            >
              <RadioGroup.Indicator className="size-2 rounded-full bg-accent" />
            </span>
            <span className="min-w-0 flex-1 break-words">{text}</span>
            <Icon className="size-4 shrink-0 text-ink-faint" aria-hidden="true" />
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </div>
  )
}
