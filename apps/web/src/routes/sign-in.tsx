import { useQuery } from '@tanstack/react-query'
import { createRoute, useNavigate } from '@tanstack/react-router'
import { SignInForm } from '../features/accounts/components/sign-in-form.tsx'
import { instanceQuery } from '../features/instance/api/instance.ts'
import { queryClient } from '../platform/queries.ts'
import { Alert } from '../ui/alert.tsx'
import { AuthCard } from '../ui/auth-card.tsx'
import { rootRoute } from './root.tsx'

interface SignInSearch {
  /** The path they wanted. */
  readonly next?: string
  /** They were signed in until now. */
  readonly ended?: true
}

/** Where people sign in. */
export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): SignInSearch => {
    const next = ownPath(search.next)
    return { ...(next === undefined ? {} : { next }), ...(search.ended === true ? { ended: true } : {}) }
  },
  component: SignInPage,
})

// Only paths of this web app are followed: `//host` and `/\host` would lead elsewhere.
function ownPath(next: unknown): string | undefined {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : undefined
}

function SignInPage() {
  const navigate = useNavigate()
  const { next = '/apps', ended } = signInRoute.useSearch()
  const instance = useQuery(instanceQuery)
  return (
    <AuthCard title="Sign in">
      {instance.data?.setUp === 'needed' && (
        <Alert tone="info" title="This instance is not set up yet">
          <p>Open the set-up link that the server printed when it started.</p>
        </Alert>
      )}
      {ended && (
        <Alert tone="info" title="Your session has ended">
          <p>Sign in to go on where you were.</p>
        </Alert>
      )}
      <SignInForm
        onDone={() => {
          queryClient.clear()
          void navigate({ href: next })
        }}
      />
      <p className="text-sm text-ink-soft">
        No account? Ask an administrator, or an admin of your app, for an invitation link.
      </p>
    </AuthCard>
  )
}
