import type { App } from '@cordon/api/apps/schema'
import { Alert } from '../../../ui/alert.tsx'
import { Badge } from '../../../ui/badge.tsx'
import { Section } from '../../../ui/card.tsx'

/** How builds of an app get at what they may use, and what that means for who can read it. */
export function DeliveryMode({ app }: { readonly app: App }) {
  return (
    <Section title="Delivery mode" actions={<Badge tone="info">{MODES[app.deliveryMode].name}</Badge>}>
      <div className="grid gap-4">
        <p className="max-w-prose text-balance text-ink-soft">{MODES[app.deliveryMode].explanation}</p>
        {app.deliveryMode === 'release' && (
          <Alert tone="warning" title="Whoever may start a build can read the credentials">
            <p>
              A build can read, print and send on what it receives: the private key of an API key; the passwords and the
              session of an Apple ID. So the owner, the admins and every holder of a trigger token can get at them.
              Builds of forks get nothing.
            </p>
          </Alert>
        )}
      </div>
    </Section>
  )
}

const MODES = {
  release: {
    name: 'Release',
    explanation:
      'Builds receive the credentials of the connection this app is authorised for, as existing iOS build steps expect. Every release is in the audit log before anything leaves.',
  },
  broker: {
    name: 'Broker (planned)',
    explanation:
      'Planned, and not in this version: builds receive results and the key stays on the server. Until then builds of this app receive nothing.',
  },
} as const satisfies Record<App['deliveryMode'], { name: string; explanation: string }>
