import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Section } from '../../../ui/card.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { Skeleton } from '../../../ui/skeleton.tsx'
import { authorisationsQuery } from '../api/authorisations.ts'
import { TypeChoice } from './type-choice.tsx'

interface AppleConnectionProps {
  readonly appId: string
  /** Where to add a connection, as a link. */
  readonly addLink: ReactNode
}

/** Which Apple connections the app's builds use, one select for each type of connection. */
export function AppleConnection({ appId, addLink }: AppleConnectionProps) {
  const { data, error, refetch } = useQuery(authorisationsQuery(appId))
  return (
    <Section
      title={<span id="apple-connection">Connected Apple Developer Portal account</span>}
      description="Builds of this app use what is chosen here, from the next build on. Only connections of the app's owner and admins are offered, and only they may change it."
    >
      {data === undefined && error === null && <Skeleton className="h-9 w-full max-w-md" />}
      {data === undefined && <Problem error={error} onRetry={() => void refetch()} />}
      <div className="grid divide-y divide-line *:py-6 *:first:pt-0 *:last:pb-0">
        {data?.items.map((authorisation) => (
          <TypeChoice key={authorisation.type} appId={appId} authorisation={authorisation} addLink={addLink} />
        ))}
      </div>
    </Section>
  )
}
