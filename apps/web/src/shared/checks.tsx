import type { ConnectionCheck } from '@cordon/api/connections/schema'
import { CircleCheck, CircleHelp, CircleMinus, CircleX } from 'lucide-react'
import { classes } from '../ui/classes.ts'

const RESULTS = {
  passed: { icon: CircleCheck, tone: 'text-accent', text: 'Passed' },
  failed: { icon: CircleX, tone: 'text-danger', text: 'Failed' },
  unknown: { icon: CircleHelp, tone: 'text-warning', text: 'Not known' },
  not_applicable: { icon: CircleMinus, tone: 'text-ink-faint', text: 'Does not apply' },
} as const satisfies Record<ConnectionCheck['result'], { icon: typeof CircleX; tone: string; text: string }>

/** What was tried against Apple, each with its result. */
export function Checks({ checks }: { readonly checks: readonly ConnectionCheck[] }) {
  return (
    <ul aria-label="Checks against Apple" className="grid gap-2.5">
      {checks.map((check) => {
        const { icon: Icon, tone, text } = RESULTS[check.result]
        return (
          <li key={check.name} className="flex items-start gap-2.5">
            <Icon className={classes('mt-0.5 size-4.5 shrink-0', tone)} aria-hidden="true" />
            <span className="grid min-w-0">
              <span className="font-medium">
                {check.title}
                <span className={classes('ml-2 text-sm font-normal', tone)}>{text}</span>
              </span>
              {check.explanation !== '' && (
                <span className="text-sm break-words text-ink-soft">{check.explanation}</span>
              )}
            </span>
          </li>
        )
      })}
    </ul>
  )
}

/** The checks that an error carries; none when it carries none. */
export function checksIn(details: Readonly<Record<string, unknown>>): readonly ConnectionCheck[] {
  return Array.isArray(details.checks) ? (details.checks as ConnectionCheck[]) : []
}
