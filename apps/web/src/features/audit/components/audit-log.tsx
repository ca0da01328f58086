import type { AuditEventView } from '@cordon/api/audit/schema'
import { ScrollText } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import type { Pages } from '../../../platform/queries.ts'
import { Section } from '../../../ui/card.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Select } from '../../../ui/select.tsx'
import { Paged } from '../../../ui/table.tsx'
import { useAppAudit } from '../api/app-audit.ts'
import { useInstanceAudit } from '../api/instance-audit.ts'
import { verifyAppAudit } from '../api/verify-app-audit.ts'
import { verifyInstanceAudit } from '../api/verify-instance-audit.ts'
import { actionWords } from './action-words.ts'
import { EventList } from './event-list.tsx'
import { useVerification, type Verification } from './verify-chain.tsx'

/** The audit log of an app. */
export function AppAuditLog({ appId }: { readonly appId: string }) {
  const [action, setAction] = useState('')
  const pages = useAppAudit(appId, useDeferredValue(action))
  return (
    <AuditLog
      title="Activity"
      pages={pages}
      verify={() => verifyAppAudit(appId)}
      action={action}
      onAction={setAction}
    />
  )
}

/** The audit log of the instance. */
export function InstanceAuditLog() {
  const [action, setAction] = useState('')
  const pages = useInstanceAudit(useDeferredValue(action))
  return (
    <AuditLog
      title="Events of the whole instance"
      pages={pages}
      verify={verifyInstanceAudit}
      action={action}
      onAction={setAction}
    />
  )
}

interface AuditLogProps {
  readonly title: string
  readonly pages: Pages<AuditEventView>
  readonly verify: () => Promise<Verification>
  readonly action: string
  readonly onAction: (action: string) => void
}

function AuditLog({ title, pages, verify, action, onAction }: AuditLogProps) {
  const verification = useVerification(verify)
  return (
    <Section
      title={title}
      description="Who did what, and what came of it. Each event holds the hash of the one before it, so that a change is found."
      actions={verification.button}
      flush
    >
      {verification.result}
      <ActionFilter pages={pages} action={action} onAction={onAction} />
      <Paged
        pages={pages}
        empty={
          <EmptyState icon={ScrollText} title={action === '' ? 'Nothing has happened yet' : 'No such event'}>
            {action === '' ? 'Changes and releases of credentials appear here.' : 'Choose another kind of event.'}
          </EmptyState>
        }
      >
        <EventList label="Events" events={pages.items} />
      </Paged>
    </Section>
  )
}

const ALL = ''

function ActionFilter({ pages, action, onAction }: Pick<AuditLogProps, 'pages' | 'action' | 'onAction'>) {
  const [seen, setSeen] = useState<readonly string[]>([])
  const actions = [...new Set([...seen, ...pages.items.map((event) => event.action)])].sort()
  if (actions.length > seen.length) setSeen(actions)
  if (actions.length < 2) return null
  return (
    <div className="flex flex-wrap items-center gap-3 border-b border-line px-4 py-3 md:px-5">
      <label htmlFor="audit-action" className="text-sm text-ink-soft">
        Kind of event
      </label>
      <Select
        id="audit-action"
        value={action}
        onChange={(event) => onAction(event.target.value)}
        className="w-72 max-w-full"
      >
        <option value={ALL}>All</option>
        {actions.map((name) => (
          <option key={name} value={name}>
            {actionWords(name)}
          </option>
        ))}
      </Select>
    </div>
  )
}
