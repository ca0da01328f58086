import { stepReport } from '@cordon/api/builds/schema'

const shape = stepReport.pick({ actions: true })

/** What a step says it did at Apple, each with its reason. Nothing when the event tells of no step. */
export function ReportedActions({ details }: { readonly details: Readonly<Record<string, unknown>> }) {
  const parsed = shape.safeParse(details)
  if (!parsed.success || parsed.data.actions.length === 0) return null
  return (
    <ul aria-label="What the step did at Apple" className="grid gap-2 px-4 pb-3.5 md:pr-5 md:pl-12.5">
      {parsed.data.actions.map(({ action, subject, outcome, reason }) => (
        <li key={`${action} ${subject}`} className="rounded-lg border border-line bg-sunken px-3 py-2 text-sm">
          <span className="flex flex-wrap items-baseline justify-between gap-x-3">
            <span className="min-w-0 font-medium break-all">{subject}</span>
            <span className="text-ink-soft">
              {action}: {outcome}
            </span>
          </span>
          {reason !== '' && <span className="text-ink-soft">{reason}</span>}
        </li>
      ))}
    </ul>
  )
}
