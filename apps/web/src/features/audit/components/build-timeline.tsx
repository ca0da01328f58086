import { ScrollText } from 'lucide-react'
import { Section } from '../../../ui/card.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Paged } from '../../../ui/table.tsx'
import { useBuildAudit } from '../api/build-audit.ts'
import { EventList } from './event-list.tsx'

interface BuildTimelineProps {
  readonly buildId: string
  readonly running: boolean
}

/** What a build did with Apple, oldest first. */
export function BuildTimeline({ buildId, running }: BuildTimelineProps) {
  const pages = useBuildAudit(buildId, running)
  return (
    <Section title="What it did with Apple" description="From the audit log of the app, oldest first." flush>
      <Paged
        pages={pages}
        empty={
          <EmptyState icon={ScrollText} title="Nothing yet">
            Fetched credentials, and what the steps report, appear here.
          </EmptyState>
        }
      >
        <EventList label="What the build did" events={pages.items} />
      </Paged>
    </Section>
  )
}
