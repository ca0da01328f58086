import { cva, type VariantProps } from 'class-variance-authority'
import type { ReactNode } from 'react'

const badgeClass = cva(
  'inline-flex items-center gap-1.5 whitespace-nowrap rounded-full border px-2 py-px text-xs font-medium',
  {
    variants: {
      tone: {
        neutral: 'border-line bg-sunken text-ink-soft',
        success: 'border-accent/25 bg-accent-soft text-accent',
        warning: 'border-warning/30 bg-warning-soft text-warning',
        danger: 'border-danger/30 bg-danger-soft text-danger',
        info: 'border-info/25 bg-info-soft text-info',
      },
    },
    defaultVariants: { tone: 'neutral' },
  },
)

/** Colour of a badge, by what it means. */
export type Tone = NonNullable<VariantProps<typeof badgeClass>['tone']>

/** A short state; the words carry it, the colour only helps. */
export function Badge({
  tone,
  dot = false,
  children,
}: {
  readonly tone?: Tone
  readonly dot?: boolean
  readonly children: ReactNode
}) {
  return (
    <span className={badgeClass({ tone })}>
      {dot && <span className="size-1.5 rounded-full bg-current" aria-hidden="true" />}
      {children}
    </span>
  )
}
