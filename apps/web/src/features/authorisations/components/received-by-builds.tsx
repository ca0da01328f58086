import type { AppAuthorisation } from '@cordon/api/authorisations/schema'
import { useQuery } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { Badge } from '../../../ui/badge.tsx'
import { Section } from '../../../ui/card.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { SkeletonRows } from '../../../ui/skeleton.tsx'
import { authorisationsQuery } from '../api/authorisations.ts'
import { receivedOf, type Thing } from './received.ts'
import { TYPE_TEXTS } from './type-texts.ts'

/** What a build of an app in `release` mode receives now: of each type of connection, and of the team. */
export function ReceivedByBuilds({ appId }: { readonly appId: string }) {
  const { data, error, refetch } = useQuery(authorisationsQuery(appId))
  return (
    <Section
      title="What a build receives"
      description="From this server, while it runs. A key marks what must stay secret."
    >
      {data === undefined && error === null && <SkeletonRows rows={2} />}
      {data === undefined && <Problem error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <dl className="grid divide-y divide-line *:py-4 *:first:pt-1 *:last:pb-0">
          {data.items.map((authorisation) => (
            <OfType key={authorisation.type} authorisation={authorisation} />
          ))}
          <Row name="Test devices of the team">
            <Things things={[{ name: 'name and UDID of each', isSecret: false }]} />
          </Row>
        </dl>
      )}
    </Section>
  )
}

function OfType({ authorisation }: { readonly authorisation: AppAuthorisation }) {
  const { type, current } = authorisation
  const received = receivedOf(authorisation)
  return (
    <Row name={TYPE_TEXTS[type].label} detail={current?.connection.name}>
      {received.kind === 'nothing' ? (
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1 text-ink-soft">
          <Badge>Nothing</Badge> {received.why}
        </span>
      ) : (
        <>
          <Things things={received.things} />
          {received.note !== '' && <p className="mt-1.5 text-sm text-ink-soft">{received.note}</p>}
        </>
      )}
    </Row>
  )
}

interface RowProps {
  readonly name: string
  readonly detail?: string | undefined
  readonly children: ReactNode
}

function Row({ name, detail, children }: RowProps) {
  return (
    <div className="grid gap-x-6 gap-y-2 md:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
      <dt className="min-w-0 font-medium">
        {name}
        {detail !== undefined && <span className="block text-sm font-normal break-words text-ink-soft">{detail}</span>}
      </dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  )
}

function Things({ things }: { readonly things: readonly Thing[] }) {
  return (
    <ul className="grid gap-1">
      {things.map(({ name, isSecret }) => (
        <li key={name} className="flex items-start gap-2">
          <span className="mt-1 size-4 shrink-0">
            {isSecret && <KeyRound className="size-4 text-warning" aria-hidden="true" />}
          </span>
          <span className="min-w-0">
            {name}
            {isSecret && <span className="sr-only"> (secret)</span>}
          </span>
        </li>
      ))}
    </ul>
  )
}
