import { Link } from '@tanstack/react-router'
import { AuthCard } from '../ui/auth-card.tsx'
import { buttonClass } from '../ui/button.tsx'

/** There is nothing at this address, or it is not for this person: the answer is the same. */
export function NotFoundPage() {
  return (
    <AuthCard
      title="Nothing is here"
      description="The address is wrong, the thing is gone, or it belongs to a team you are not in."
    >
      <Link to="/apps" className={buttonClass({ kind: 'primary' })}>
        Go to your apps
      </Link>
    </AuthCard>
  )
}
