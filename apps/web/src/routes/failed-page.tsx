import { AuthCard } from '../ui/auth-card.tsx'
import { Problem } from '../ui/problem.tsx'

/** A screen could not be drawn at all. */
export function FailedPage({ error }: { readonly error: unknown }) {
  return (
    <AuthCard title="This page cannot be shown">
      <Problem error={error} onRetry={() => window.location.reload()} />
    </AuthCard>
  )
}
