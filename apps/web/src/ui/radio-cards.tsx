import { RadioGroup } from 'radix-ui'
import { classes } from './classes.ts'

interface RadioCardsProps {
  readonly id: string
  readonly label: string
  readonly value: string
  readonly onValue: (value: string) => void
  readonly choices: ReadonlyArray<{ readonly value: string; readonly label: string; readonly help: string }>
}

/** A choice of one among a few, each with an explanation. */
export function RadioCards({ id, label, value, onValue, choices }: RadioCardsProps) {
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
        className="grid gap-2 sm:grid-cols-3"
      >
        {choices.map((choice) => (
          <RadioGroup.Item
            key={choice.value}
            value={choice.value}
            aria-describedby={choice.help === '' ? undefined : `${id}-${choice.value}-help`}
            className={classes(
              'grid content-start gap-0.5 rounded-lg border border-line bg-surface p-3 text-left shadow-card hover:bg-hover',
              'data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft data-[state=checked]:ring-1 data-[state=checked]:ring-accent',
            )}
          >
            <span className="font-medium text-ink">{choice.label}</span>
            <span id={`${id}-${choice.value}-help`} className="text-sm text-ink-soft">
              {choice.help}
            </span>
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </div>
  )
}
