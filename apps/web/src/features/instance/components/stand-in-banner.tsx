import { useQuery } from '@tanstack/react-query'
import { FlaskConical } from 'lucide-react'
import { instanceQuery } from '../api/instance.ts'
import { whatReaches } from './what-reaches.ts'

/** Says so when the server talks to a stand-in instead of Apple. */
export function StandInBanner() {
  const { data } = useQuery(instanceQuery)
  if (data === undefined || data.appleStandIn === null) return null
  return (
    <aside aria-label="Stand-in for Apple" className="border-b border-warning/30 bg-warning-soft px-4 py-2 text-sm">
      <p className="mx-auto flex max-w-6xl items-center justify-center gap-2 text-center">
        <FlaskConical className="size-4 shrink-0 text-warning" aria-hidden="true" />
        <span>
          <strong className="font-semibold">
            This instance does not talk to Apple{data.appleReached.length > 0 && ' for everything'}.
          </strong>{' '}
          A stand-in answers at <code className="font-mono text-xs wrap-anywhere">{data.appleStandIn}</code>;{' '}
          {whatReaches(data.appleReached)}.
        </span>
      </p>
    </aside>
  )
}
