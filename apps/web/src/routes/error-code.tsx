import { specOfCode } from '@cordon/api/catalogue'
import { createRoute, Link } from '@tanstack/react-router'
import { AuthCard } from '../ui/auth-card.tsx'
import { buttonClass } from '../ui/button.tsx'
import { NotFoundPage } from './not-found-page.tsx'
import { rootRoute } from './root.tsx'

/** What an error code means: the address that every problem document names as its type. Open to anybody. */
export const errorCodeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/errors/$code',
  component: ErrorCodePage,
})

const SIDES = {
  caller: 'Something about the request or the rights of who made it.',
  upstream: 'An answer of Apple, or of another service.',
  internal: 'A fault on the server.',
} as const

function ErrorCodePage() {
  const { code } = errorCodeRoute.useParams()
  const spec = specOfCode(code)
  if (spec === undefined) return <NotFoundPage />
  return (
    <AuthCard title={spec.title} description={<code className="wrap-anywhere text-sm">{code}</code>}>
      <p>{spec.remedy}</p>
      <p className="text-sm text-ink-soft">
        {SIDES[spec.kind ?? 'caller']} HTTP status {spec.status}.
      </p>
      <Link to="/apps" className={buttonClass({ kind: 'secondary' })}>
        Go to your apps
      </Link>
    </AuthCard>
  )
}
