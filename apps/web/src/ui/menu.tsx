import type { LucideIcon } from 'lucide-react'
import { Check, MoreHorizontal } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { classes } from './classes.ts'

// Not modal: a modal one injects a style element, which the content security policy refuses.
const contentClass =
  'z-40 min-w-52 max-w-[calc(100vw-2rem)] rounded-xl border border-line bg-raised p-1.5 text-ink shadow-pop'
const itemClass =
  'flex min-h-11 md:min-h-8.5 w-full items-center gap-2.5 rounded-lg px-2.5 text-base outline-none select-none data-[highlighted]:bg-hover data-[disabled]:opacity-55 [&_svg]:size-4 [&_svg]:text-ink-faint'

/** A menu that a button opens. It is drawn beside its button, inside the same landmark. */
export function Menu({ trigger, children }: { readonly trigger: ReactNode; readonly children: ReactNode }) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Content align="end" sideOffset={6} collisionPadding={12} className={contentClass}>
        {children}
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  )
}

/** The three-dots menu of a row; `label` says of what. */
export function RowMenu({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  const trigger = (
    <Button kind="quiet" size="icon">
      <MoreHorizontal aria-hidden="true" />
      <span className="sr-only">{label}</span>
    </Button>
  )
  return <Menu trigger={trigger}>{children}</Menu>
}

interface MenuItemProps {
  readonly icon?: LucideIcon
  readonly onSelect: () => void
  readonly children: ReactNode
  readonly danger?: boolean
  readonly disabled?: boolean
}

/** One thing to do. */
export function MenuItem({ icon: Icon, onSelect, children, danger = false, disabled = false }: MenuItemProps) {
  return (
    <DropdownMenu.Item
      onSelect={onSelect}
      disabled={disabled}
      className={classes(itemClass, danger && 'text-danger [&_svg]:text-danger')}
    >
      {Icon !== undefined && <Icon aria-hidden="true" />}
      {children}
    </DropdownMenu.Item>
  )
}

interface MenuChoiceProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly onValue: (value: T) => void
  readonly choices: ReadonlyArray<{ readonly value: T; readonly label: string; readonly icon: LucideIcon }>
}

/** A choice of one among a few, inside a menu. */
export function MenuChoice<T extends string>({ label, value, onValue, choices }: MenuChoiceProps<T>) {
  return (
    <DropdownMenu.RadioGroup
      value={value}
      onValueChange={(next) => onValue(choices.find((choice) => choice.value === next)?.value ?? value)}
      aria-label={label}
    >
      <DropdownMenu.Label className="px-2.5 pt-1.5 pb-1 text-xs font-medium text-ink-faint">{label}</DropdownMenu.Label>
      {choices.map(({ value: choice, label: text, icon: Icon }) => (
        <DropdownMenu.RadioItem
          key={choice}
          value={choice}
          className={itemClass}
          onSelect={(event) => event.preventDefault()}
        >
          <Icon aria-hidden="true" />
          {text}
          <DropdownMenu.ItemIndicator className="ml-auto">
            <Check aria-hidden="true" />
          </DropdownMenu.ItemIndicator>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  )
}

/** A line between groups. */
export function MenuSeparator() {
  return <DropdownMenu.Separator className="my-1.5 h-px bg-line" />
}
