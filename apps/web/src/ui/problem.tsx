import type { ReactNode } from 'react'
import { viewProblem } from '../platform/problem.ts'
import { Alert } from './alert.tsx'
import { Button } from './button.tsx'

interface ProblemProps {
  /** Nothing is shown when it is undefined or null. */
  readonly error: unknown
  readonly onRetry?: () => void
  /** False where the details are shown beside it. */
  readonly withDetail?: boolean
  readonly children?: ReactNode
}

/** What went wrong, what to do about it, and the id under which the server's log tells more. */
export function Problem({ error, onRetry, withDetail = true, children }: ProblemProps) {
  if (error === undefined || error === null) return null
  const { title, detail, remedy, requestId } = viewProblem(error)
  return (
    <Alert tone="danger" live="alert" title={title}>
      {withDetail && detail !== undefined && <p className="break-words">{detail}</p>}
      <p className="break-words">{remedy}</p>
      {requestId !== undefined && (
        <p className="text-sm">
          Request id <code className="select-all wrap-anywhere font-mono">{requestId}</code>
        </p>
      )}
      {children}
      {onRetry !== undefined && (
        <div>
          <Button size="small" onClick={onRetry}>
            Try again
          </Button>
        </div>
      )}
    </Alert>
  )
}
