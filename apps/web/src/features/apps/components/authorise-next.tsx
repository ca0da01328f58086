import { Link } from '@tanstack/react-router'
import { ArrowRight } from 'lucide-react'
import { useApps } from '../api/apps.ts'
import { mayLead } from './rights.ts'

const SHOWN = 4
const linkClass =
  'inline-flex min-h-11 items-center gap-1.5 font-medium text-accent underline decoration-accent/40 underline-offset-4 hover:decoration-accent md:min-h-8'

/** Where to authorise an app: the Team tab of each app the person leads, or the place to create one. */
export function AuthoriseNext() {
  const apps = useApps()
  const led = apps.items.filter(mayLead)
  if (led.length === 0) {
    return (
      <Link to="/apps" search={{ create: true }} className={linkClass}>
        Create an app
        <ArrowRight className="size-4" aria-hidden="true" />
      </Link>
    )
  }
  return (
    <ul className="grid gap-x-5 sm:flex sm:flex-wrap">
      {led.slice(0, SHOWN).map((app) => (
        <li key={app.id}>
          <Link to="/apps/$appId/team" params={{ appId: app.id }} hash="apple-connection" className={linkClass}>
            {app.name} › Team
            <ArrowRight className="size-4" aria-hidden="true" />
          </Link>
        </li>
      ))}
      {led.length > SHOWN && (
        <li>
          <Link to="/apps" className={linkClass}>
            All apps
          </Link>
        </li>
      )}
    </ul>
  )
}
