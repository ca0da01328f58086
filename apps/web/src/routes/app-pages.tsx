import { Link } from '@tanstack/react-router'
import { Lock } from 'lucide-react'
import { AppInvitations } from '../features/apps/components/app-invitations.tsx'
import { DeliveryMode } from '../features/apps/components/delivery-mode.tsx'
import { mayLead } from '../features/apps/components/rights.ts'
import { Team } from '../features/apps/components/team.tsx'
import { AppAuditLog } from '../features/audit/components/audit-log.tsx'
import { AppleConnection } from '../features/authorisations/components/apple-connection.tsx'
import { ReceivedByBuilds } from '../features/authorisations/components/received-by-builds.tsx'
import { BuildList } from '../features/builds/components/build-list.tsx'
import { TriggerTokens } from '../features/builds/components/trigger-tokens.tsx'
import { AppTestDevices } from '../features/test-devices/components/app-test-devices.tsx'
import { buttonClass } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { useApp } from './use-app.ts'

/** Tab *Builds*. */
export function BuildsTab() {
  const app = useApp()
  return app && <BuildList appId={app.id} appName={app.name} mayStart={mayLead(app)} />
}

/** Tab *Team*, with the section *Connected Apple Developer Portal account*. */
export function TeamTab() {
  const app = useApp()
  if (app === undefined) return null
  return (
    <>
      <AppleConnection
        appId={app.id}
        addLink={
          <Link to="/account/apple-developer-account" className="font-medium text-accent underline underline-offset-4">
            Connect one
          </Link>
        }
      />
      <Team app={app} />
      {mayLead(app) && <AppInvitations app={app} />}
    </>
  )
}

/** Tab *Test devices*. */
export function TestDevicesTab() {
  const app = useApp()
  if (app === undefined) return null
  return (
    <AppTestDevices
      appId={app.id}
      addLink={
        <Link to="/account/test-devices" className={buttonClass()}>
          Your test devices
        </Link>
      }
    />
  )
}

/** Tab *Access*. */
export function AccessTab() {
  const app = useApp()
  if (app === undefined) return null
  if (!mayLead(app)) return <LeadsOnly />
  return (
    <>
      <DeliveryMode app={app} />
      {app.deliveryMode === 'release' && <ReceivedByBuilds appId={app.id} />}
      <TriggerTokens appId={app.id} />
    </>
  )
}

/** Tab *Activity*. */
export function ActivityTab() {
  const app = useApp()
  if (app === undefined) return null
  return mayLead(app) ? <AppAuditLog appId={app.id} /> : <LeadsOnly />
}

/** What a member without the role sees at the address of a tab that is not theirs. */
function LeadsOnly() {
  return (
    <EmptyState icon={Lock} title="Only the owner and the admins see this">
      <p>Ask one of them if you need something from here; the tab Team shows who they are.</p>
    </EmptyState>
  )
}
