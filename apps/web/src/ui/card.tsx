import { type ReactNode, useEffect, useId } from 'react'
import { classes } from './classes.ts'

interface SectionProps {
  readonly title: ReactNode
  readonly description?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
  /** Content touches the card's edges; for tables and lists. */
  readonly flush?: boolean
}

/** A titled card: one subject of a page, and a landmark for screen readers. */
export function Section({ title, description, actions, children, flush = false }: SectionProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="min-w-0 rounded-xl border border-line bg-surface shadow-card">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-4 pt-4 pb-3 md:px-5">
        <div className="grid min-w-0 flex-1 basis-64 gap-1">
          <h2 id={id} className="text-lg font-semibold text-ink">
            {title}
          </h2>
          {description !== undefined && <div className="max-w-prose text-balance text-ink-soft">{description}</div>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
      </div>
      <div className={classes(flush ? 'border-t border-line' : 'px-4 pb-5 md:px-5')}>{children}</div>
    </section>
  )
}

/** Names the page in the browser's tab and history. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? 'Cordon' : `${title} · Cordon`
  }, [title])
}

/** Title of a page with what can be done on it. */
export function PageHeader({
  title,
  description,
  actions,
}: {
  readonly title: string
  readonly description?: ReactNode
  readonly actions?: ReactNode
}) {
  usePageTitle(title)
  return (
    <div className="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="grid min-w-0 flex-1 basis-72 gap-1">
        <h1 className="text-xl font-semibold tracking-tight break-words">{title}</h1>
        {description !== undefined && <div className="max-w-prose text-balance text-ink-soft">{description}</div>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
    </div>
  )
}
