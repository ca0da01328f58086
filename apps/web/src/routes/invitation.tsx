import type { invitationPreview } from '@cordon/api/accounts/schema'
import type { Secret } from '@cordon/core/secret'
import { useQuery } from '@tanstack/react-query'
import { createRoute, Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { z } from 'zod'
import { meQuery } from '../features/accounts/api/me.ts'
import { previewInvitation } from '../features/accounts/api/preview-invitation.ts'
import { JoinAsYourself, SignUpAndJoin } from '../features/accounts/components/accept-invitation.tsx'
import { dropLinkToken, useLinkToken } from '../platform/link-token.ts'
import { queryClient } from '../platform/queries.ts'
import { useAction } from '../platform/use-action.ts'
import { ROLE_NAMES } from '../shared/roles.ts'
import { Alert } from '../ui/alert.tsx'
import { AuthCard } from '../ui/auth-card.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Problem } from '../ui/problem.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { Day } from '../ui/time.tsx'
import { rootRoute } from './root.tsx'

type InvitationPreview = z.output<typeof invitationPreview>

/** An invitation link leads here. */
export const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  component: InvitationPage,
})

function InvitationPage() {
  const token = useLinkToken()
  if (token !== undefined) return <Invitation token={token} />
  return (
    <AuthCard title="Invitation">
      <Alert tone="info" title="Open the invitation link again">
        <p>It is taken out of the address bar when it is opened, so a reload needs it once more.</p>
      </Alert>
      <OnToTheApps />
    </AuthCard>
  )
}

function Invitation({ token }: { readonly token: Secret<string> }) {
  const [preview, error] = usePreview(token)
  if (error !== undefined) {
    return (
      <AuthCard title="Invitation">
        <Problem error={error} />
        <OnToTheApps />
      </AuthCard>
    )
  }
  if (preview === undefined) {
    return (
      <AuthCard title="Invitation">
        <SkeletonRows rows={2} />
      </AuthCard>
    )
  }
  return (
    <AuthCard
      title={preview.appName === null ? 'Join this instance of Cordon' : `Join ${preview.appName}`}
      description={
        <>
          {preview.invitedBy} invites you as {ROLE_NAMES[preview.role].toLowerCase()}. The link works until{' '}
          <Day at={preview.expiresAt} />.
        </>
      }
    >
      <Accept token={token} />
    </AuthCard>
  )
}

/** The way on for whoever has an account already: a link may be over because they used it. */
function OnToTheApps() {
  return (
    <Link to="/apps" className={buttonClass()}>
      Go to your apps
    </Link>
  )
}

// Not a query: its key or its variables would keep the token in the cache.
function usePreview(token: Secret<string>) {
  const [preview, setPreview] = useState<InvitationPreview>()
  const action = useAction(previewInvitation, { onDone: setPreview })
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once for each link
  useEffect(() => {
    setPreview(undefined)
    void action.run(token.reveal())
  }, [token])
  return [preview, action.error] as const
}

function Accept({ token }: { readonly token: Secret<string> }) {
  const navigate = useNavigate()
  const me = useQuery({ ...meQuery, retry: false })

  function finish(appId: string | null): void {
    dropLinkToken()
    queryClient.clear()
    if (appId === null) void navigate({ to: '/apps', replace: true })
    else void navigate({ to: '/apps/$appId', params: { appId }, replace: true })
  }

  if (me.isPending) return <SkeletonRows rows={1} />
  if (me.data !== undefined) return <JoinAsYourself token={token} person={me.data} onDone={finish} />
  return (
    <>
      <SignUpAndJoin token={token} onDone={finish} />
      <p className="text-sm text-ink-soft">
        You have an account?{' '}
        <Link
          to="/sign-in"
          search={{ next: '/invitation' }}
          className="font-medium text-accent underline underline-offset-4"
        >
          Sign in first
        </Link>
      </p>
    </>
  )
}
