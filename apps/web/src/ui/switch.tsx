import { Switch as RadixSwitch } from 'radix-ui'

interface SwitchProps {
  readonly id: string
  readonly checked: boolean
  readonly onChecked: (checked: boolean) => void
  readonly disabled?: boolean
  readonly describedBy?: string
}

/** On or off, at once. Give it a `<label htmlFor>`. */
export function Switch({ id, checked, onChecked, disabled = false, describedBy }: SwitchProps) {
  return (
    <RadixSwitch.Root
      id={id}
      checked={checked}
      onCheckedChange={onChecked}
      disabled={disabled}
      aria-describedby={describedBy}
      className="relative h-6 w-10 shrink-0 rounded-full border border-line-strong bg-sunken transition-colors data-[state=checked]:border-accent data-[state=checked]:bg-accent disabled:opacity-55 before:absolute before:-inset-2.5 before:content-['']"
    >
      <RadixSwitch.Thumb className="block size-4 translate-x-1 rounded-full bg-line-strong transition-transform data-[state=checked]:translate-x-5 data-[state=checked]:bg-on-accent" />
    </RadixSwitch.Root>
  )
}
