import type { ReactNode } from 'react'

/** Names and values side by side, for what is known of one thing. Entries without a value are left out. */
export function Facts({ facts }: { readonly facts: Readonly<Record<string, ReactNode>> }) {
  return (
    <dl className="grid grid-cols-[fit-content(7rem)_minmax(0,1fr)] gap-x-4 gap-y-2.5 sm:grid-cols-[minmax(6rem,max-content)_minmax(0,1fr)] sm:gap-x-6">
      {Object.entries(facts)
        .filter(([, value]) => value !== undefined && value !== null && value !== '')
        .map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="pt-px text-sm text-ink-faint">{name}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </div>
        ))}
    </dl>
  )
}
