import type { Build } from '@cordon/api/builds/schema'
import { ExternalLink, OctagonX } from 'lucide-react'
import { useState } from 'react'
import { duration } from '../../../platform/format.ts'
import { useAction } from '../../../platform/use-action.ts'
import { Alert } from '../../../ui/alert.tsx'
import { Badge } from '../../../ui/badge.tsx'
import { Button } from '../../../ui/button.tsx'
import { Section } from '../../../ui/card.tsx'
import { Confirm } from '../../../ui/confirm.tsx'
import { CopyLine } from '../../../ui/copy.tsx'
import { Facts } from '../../../ui/facts.tsx'
import { Ago, Moment } from '../../../ui/time.tsx'
import { abortBuild } from '../api/abort-build.ts'

interface BuildSummaryProps {
  readonly build: Build
  readonly buildUrl: string
}

/** What is known of a build. */
export function BuildSummary({ build, buildUrl }: BuildSummaryProps) {
  const { facts } = build
  return (
    <Section title="Run">
      <div className="grid gap-5">
        {facts.fromFork && (
          <Alert tone="warning" title="This build runs code of a fork">
            <p>Builds of forks get no credentials, whatever the app is authorised for.</p>
          </Alert>
        )}
        <Facts
          facts={{
            Workflow: facts.workflow,
            Branch: facts.branch,
            Commit: facts.commit === '' ? '' : <code className="font-mono text-sm wrap-anywhere">{facts.commit}</code>,
            Message: facts.message === '' ? '' : <span className="whitespace-pre-line">{facts.message}</span>,
            'Pull request': facts.pullRequest,
            'Started by': <StartedBy build={build} />,
            Started: <Moment at={build.startedAt} />,
            Ended: build.endedAt === null ? '' : <Ended startedAt={build.startedAt} endedAt={build.endedAt} />,
            'Token ends': build.state === 'running' ? <Ago at={build.expiresAt} /> : '',
            'Credentials released': timesText(build.credentialReleases),
            'Apple requests': build.appleRequests === null ? 'None reported' : String(build.appleRequests),
            'CI run': facts.ciUrl === '' ? '' : <CiLink url={facts.ciUrl} />,
          }}
        />
        <div className="grid gap-1.5">
          <span className="text-sm font-medium">Build URL</span>
          <CopyLine text={buildUrl} label="Copy build URL" />
        </div>
      </div>
    </Section>
  )
}

function Ended({ startedAt, endedAt }: { readonly startedAt: string; readonly endedAt: string }) {
  return (
    <>
      <Moment at={endedAt} />, <span className="whitespace-nowrap">after {duration(startedAt, endedAt)}</span>
    </>
  )
}

function timesText(times: number): string {
  if (times === 0) return 'Never'
  return times === 1 ? 'Once' : `${times} times`
}

function StartedBy({ build: { startedBy } }: { readonly build: Build }) {
  return (
    <span className="inline-flex flex-wrap items-center gap-2">
      {startedBy.name}
      {startedBy.kind === 'trigger_token' && <Badge>Trigger token</Badge>}
    </span>
  )
}

function CiLink({ url }: { readonly url: string }) {
  return (
    <a
      href={url}
      target="_blank"
      rel="noreferrer"
      className="inline-flex items-center gap-1.5 wrap-anywhere text-accent hover:underline"
    >
      {new URL(url).host}
      <ExternalLink className="size-3.5 shrink-0" aria-hidden="true" />
      <span className="sr-only">(opens in a new tab)</span>
    </a>
  )
}

/** Ends a running build, after asking. */
export function AbortBuild({ build }: { readonly build: Build }) {
  const [asking, setAsking] = useState(false)
  const action = useAction(() => abortBuild(build.id), { done: 'Build aborted', onDone: () => setAsking(false) })
  if (build.state !== 'running') return null
  return (
    <>
      <Button onClick={() => setAsking(true)}>
        <OctagonX aria-hidden="true" />
        Abort
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={`Abort build #${build.number}?`}
        confirmLabel="Abort build"
        action={action}
      >
        <p>
          Its token stops working at once. Credentials that it fetched already stay with it: replace the key if you do
          not trust the run.
        </p>
      </Confirm>
    </>
  )
}
