import { cva, type VariantProps } from 'class-variance-authority'
import { LoaderCircle } from 'lucide-react'
import type { ComponentProps } from 'react'
import { classes } from './classes.ts'

/** How buttons, and links that look like buttons, are drawn. */
export const buttonClass = cva(
  'inline-flex shrink-0 items-center justify-center gap-2 whitespace-nowrap rounded-lg font-medium transition-colors disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-progress aria-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      kind: {
        primary: 'bg-accent text-on-accent enabled:hover:bg-accent-strong [a&]:hover:bg-accent-strong',
        secondary:
          'border border-line-button bg-surface text-ink shadow-card enabled:hover:bg-hover [a&]:hover:bg-hover',
        quiet: 'text-ink-soft enabled:hover:bg-hover enabled:hover:text-ink [a&]:hover:bg-hover [a&]:hover:text-ink',
        danger: 'bg-danger text-on-danger enabled:hover:bg-danger-strong',
      },
      size: {
        normal: 'min-h-11 px-3.5 text-base md:min-h-9',
        small: 'min-h-11 px-2.5 text-sm md:min-h-8',
        icon: 'size-11 md:size-9',
      },
    },
    defaultVariants: { kind: 'secondary', size: 'normal' },
  },
)

interface ButtonProps extends ComponentProps<'button'>, VariantProps<typeof buttonClass> {
  /** Shows that it works, and takes no second press. It keeps the focus, which a disabled button would lose. */
  readonly pending?: boolean
}

/** A button; of type `button` unless told. */
export function Button({ kind, size, pending = false, className, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={classes(buttonClass({ kind, size }), className)}
      aria-busy={pending || undefined}
      aria-disabled={pending || undefined}
      onClick={pending ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {pending && <LoaderCircle className="animate-spin" aria-hidden="true" />}
      {children}
    </button>
  )
}
