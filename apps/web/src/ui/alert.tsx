import { cva, type VariantProps } from 'class-variance-authority'
import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { classes } from './classes.ts'

const alertClass = cva('flex gap-3 rounded-lg border px-4 py-3 text-base', {
  variants: {
    tone: {
      info: 'border-info/25 bg-info-soft [&>svg]:text-info',
      success: 'border-accent/25 bg-accent-soft [&>svg]:text-accent',
      warning: 'border-warning/30 bg-warning-soft [&>svg]:text-warning',
      danger: 'border-danger/30 bg-danger-soft [&>svg]:text-danger',
    },
  },
  defaultVariants: { tone: 'info' },
})

const ICONS = { info: Info, success: CircleCheck, warning: TriangleAlert, danger: CircleAlert }

interface AlertProps extends VariantProps<typeof alertClass> {
  readonly title?: ReactNode
  readonly children?: ReactNode
  /** `alert` interrupts a screen reader, `status` waits, `none` is part of the page. */
  readonly live?: 'alert' | 'status' | 'none'
  readonly className?: string
}

/** A coloured strip that says something important. */
export function Alert({ tone, title, children, live = 'none', className }: AlertProps) {
  const Icon = ICONS[tone ?? 'info']
  return (
    <div className={classes(alertClass({ tone }), className)} {...(live === 'none' ? {} : { role: live })}>
      <Icon className="mt-0.5 size-4.5 shrink-0" aria-hidden="true" />
      <div className="grid min-w-0 flex-1 gap-1 text-ink">
        {title !== undefined && <p className="font-semibold">{title}</p>}
        {children !== undefined && <div className="grid gap-1.5 text-ink-soft">{children}</div>}
      </div>
    </div>
  )
}
