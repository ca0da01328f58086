import { Link, useNavigate } from '@tanstack/react-router'
import { HandedOverCode } from '../features/connections/sign-in/handed-over-code.tsx'
import { dropLinkToken, useLinkToken } from '../platform/link-token.ts'
import { Alert } from '../ui/alert.tsx'
import { buttonClass } from '../ui/button.tsx'
import { PageHeader } from '../ui/card.tsx'

const TITLE = 'Type a code from Apple'

/** Where another person types the code for somebody's sign-in to Apple. */
export function AppleSignInHandOffPage() {
  const navigate = useNavigate()
  const token = useLinkToken()

  function leave(): void {
    dropLinkToken()
    void navigate({ to: '/apps' })
  }

  return (
    <div className="mx-auto max-w-lg">
      {token === undefined ? (
        <>
          <PageHeader title={TITLE} />
          <div className="grid gap-4">
            <Alert tone="info" title="Open the link again">
              <p>It is taken out of the address bar when it is opened, so a reload needs it once more.</p>
            </Alert>
            <div>
              <Link to="/apps" className={buttonClass()}>
                Go to your apps
              </Link>
            </div>
          </div>
        </>
      ) : (
        <HandedOverCode token={token} title={TITLE} onEnd={leave} />
      )}
    </div>
  )
}
