import { type StepReport, stepReport } from '@cordon/api/builds/schema'
import { useState } from 'react'
import { Button } from '../../../ui/button.tsx'
import { actionWords } from './action-words.ts'

const shape = stepReport.pick({ actions: true })
/** A list that is not much longer is shown whole. */
const SHOWN = 5
const WHOLE = 7

type ReportedAction = StepReport['actions'][number]

/** What a step says it did at Apple, each with its reason. Nothing when the event tells of no step. */
export function ReportedActions({ details }: { readonly details: Readonly<Record<string, unknown>> }) {
  const parsed = shape.safeParse(details)
  const [whole, setWhole] = useState(false)
  if (!parsed.success || parsed.data.actions.length === 0) return null
  const { actions } = parsed.data
  const isLong = actions.length > WHOLE
  return (
    <div className="grid gap-2 px-4 pb-3.5 md:pr-5 md:pl-12.5">
      <ul aria-label="What the step did at Apple" className="grid gap-2">
        {Array.from((isLong && !whole ? actions.slice(0, SHOWN) : actions).entries(), ([place, action]) => (
          <Row key={place} action={action} />
        ))}
      </ul>
      {isLong && (
        <div>
          <Button size="small" aria-expanded={whole} onClick={() => setWhole(!whole)}>
            {whole ? 'Show fewer' : `Show all ${actions.length}`}
          </Button>
        </div>
      )}
    </div>
  )
}

function Row({ action: { action, subject, outcome, reason } }: { readonly action: ReportedAction }) {
  return (
    <li className="rounded-lg border border-line bg-sunken px-3 py-2 text-sm">
      <span className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="min-w-0 font-medium wrap-anywhere">{subject}</span>
        <span className="text-ink-soft">
          {actionWords(action)}
          {!SAID_BY_THE_ACTION.includes(outcome) && `: ${outcome}`}
        </span>
      </span>
      {reason !== '' && <span className="text-ink-soft">{reason}</span>}
    </li>
  )
}

const SAID_BY_THE_ACTION: readonly string[] = ['done', 'reused']
