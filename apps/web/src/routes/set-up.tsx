import { createRoute, Link, useNavigate } from '@tanstack/react-router'
import { SetUpForm } from '../features/accounts/components/set-up-form.tsx'
import { dropLinkToken, useLinkToken } from '../platform/link-token.ts'
import { queryClient } from '../platform/queries.ts'
import { Alert } from '../ui/alert.tsx'
import { AuthCard } from '../ui/auth-card.tsx'
import { buttonClass } from '../ui/button.tsx'
import { rootRoute } from './root.tsx'

/** First run: the link that the server printed leads here. */
export const setUpRoute = createRoute({ getParentRoute: () => rootRoute, path: '/set-up', component: SetUpPage })

function SetUpPage() {
  const navigate = useNavigate()
  const token = useLinkToken()
  if (token === undefined) return <NoToken />
  return (
    <AuthCard title="Set up Cordon" description="You become the first administrator of this instance.">
      <SetUpForm
        token={token}
        onDone={() => {
          dropLinkToken()
          queryClient.clear()
          void navigate({ to: '/apps', replace: true })
        }}
      />
    </AuthCard>
  )
}

function NoToken() {
  return (
    <AuthCard title="Set up Cordon">
      <Alert tone="info" title="Open the set-up link again">
        <p>
          The server prints it at its first start. The link is taken out of the address bar when it is opened, so a
          reload needs it once more.
        </p>
      </Alert>
      <Link to="/sign-in" className={buttonClass()}>
        Sign in instead
      </Link>
    </AuthCard>
  )
}
