import type { Build } from '@cordon/api/builds/schema'
import { Link } from '@tanstack/react-router'
import { GitFork, Hammer } from 'lucide-react'
import { count } from '../../../platform/format.ts'
import { Section } from '../../../ui/card.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { type Column, PagedTable } from '../../../ui/table.tsx'
import { Ago } from '../../../ui/time.tsx'
import { useBuilds } from '../api/builds.ts'
import { BuildState } from './build-state.tsx'
import { StartExample } from './start-example.tsx'

interface BuildListProps {
  readonly appId: string
  readonly appName: string
  /** Only the owner and the admins start builds as persons and see trigger tokens. */
  readonly mayStart: boolean
}

/** Builds of an app, newest first. */
export function BuildList({ appId, appName, mayStart }: BuildListProps) {
  const pages = useBuilds(appId)
  return (
    <Section title="Builds" description="Every CI run that Cordon knows, and what it did with Apple." flush>
      <PagedTable
        label="Builds"
        columns={COLUMNS}
        pages={pages}
        rowKey={({ id }) => id}
        empty={
          <EmptyState icon={Hammer} title="No build yet">
            {mayStart ? (
              <div className="grid gap-3">
                <p>
                  A build starts when your CI calls Cordon with a trigger token of this app (tab Access), or when you
                  run:
                </p>
                <StartExample appName={appName} />
              </div>
            ) : (
              <p>A build starts when your CI calls Cordon, or when the owner or an admin runs one.</p>
            )}
          </EmptyState>
        }
      />
    </Section>
  )
}

const COLUMNS: ReadonlyArray<Column<Build>> = [
  {
    name: 'Build',
    cell: (build) => (
      <span className="grid">
        <Link to="/build/$buildId" params={{ buildId: build.id }} className="font-medium text-accent hover:underline">
          #{build.number}
          {build.facts.workflow !== '' && ` ${build.facts.workflow}`}
        </Link>
        <span className="line-clamp-1 text-sm text-ink-soft">{build.facts.message}</span>
      </span>
    ),
  },
  { name: 'State', cell: (build) => <BuildState build={build} />, narrow: true },
  { name: 'Source', cell: (build) => <Source build={build} /> },
  { name: 'Started by', cell: ({ startedBy }) => startedBy.name },
  { name: 'Apple', cell: (build) => <AppleUse build={build} /> },
  { name: 'Started', cell: ({ startedAt }) => <Ago at={startedAt} />, narrow: true },
]

/** Branch, commit and fork of a build in one line. */
export function Source({ build: { facts } }: { readonly build: Pick<Build, 'facts'> }) {
  if (facts.branch === '' && facts.commit === '') return <span className="text-ink-faint">Not told</span>
  return (
    <span className="grid min-w-0">
      <span className="flex min-w-0 items-center gap-1.5">
        <span className="truncate">{facts.branch}</span>
        {facts.fromFork && (
          <span className="inline-flex items-center gap-1 text-sm text-warning">
            <GitFork className="size-3.5" aria-hidden="true" />
            fork
          </span>
        )}
      </span>
      <span className="font-mono text-sm text-ink-soft">{shortCommit(facts.commit)}</span>
    </span>
  )
}

const SHORT = 10

function shortCommit(commit: string): string {
  return /^[0-9a-f]{40}$/i.test(commit) ? commit.slice(0, SHORT) : commit
}

function releaseText(releases: number): string {
  if (releases === 0) return ''
  return releases === 1 ? 'Credentials released once' : `Credentials released ${releases} times`
}

function AppleUse({ build: { state, credentialReleases, appleRequests } }: { readonly build: Build }) {
  const nothing = state === 'running' ? 'Nothing yet' : 'Nothing'
  const requests = appleRequests === null ? '' : count(appleRequests, 'request')
  return (
    <span className="grid text-ink-soft">
      <span>{releaseText(credentialReleases) || (requests === '' ? nothing : 'No credentials released')}</span>
      {requests !== '' && <span className="text-sm">{requests}</span>}
    </span>
  )
}
