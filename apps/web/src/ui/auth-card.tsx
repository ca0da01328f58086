import type { ReactNode } from 'react'
import { usePageTitle } from './card.tsx'
import { LogoMark } from './logo.tsx'

/** The one card of a screen for people who are not signed in. */
export function AuthCard({
  title,
  description,
  children,
}: {
  readonly title: string
  readonly description?: ReactNode
  readonly children: ReactNode
}) {
  usePageTitle(title)
  return (
    <main
      id="main"
      tabIndex={-1}
      className="mx-auto grid min-h-[90dvh] w-full max-w-md content-center gap-6 px-4 py-10"
    >
      <div className="flex items-center justify-center gap-2.5">
        <LogoMark className="size-9" />
        <span className="text-xl font-semibold tracking-tight">Cordon</span>
      </div>
      <div className="grid gap-5 rounded-2xl border border-line bg-surface p-5 shadow-card md:p-7">
        <div className="grid gap-1">
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          {description !== undefined && <div className="text-ink-soft">{description}</div>}
        </div>
        {children}
      </div>
    </main>
  )
}
