import type { Build } from '@cordon/api/builds/schema'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { BuildTimeline } from '../features/audit/components/build-timeline.tsx'
import { buildQuery } from '../features/builds/api/build.ts'
import { BuildState } from '../features/builds/components/build-state.tsx'
import { AbortBuild, BuildSummary } from '../features/builds/components/build-summary.tsx'
import { instanceQuery } from '../features/instance/api/instance.ts'
import { hasCode } from '../platform/problem.ts'
import { usePageTitle } from '../ui/card.tsx'
import { Problem } from '../ui/problem.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { NotFoundPage } from './not-found-page.tsx'

/** The run page. */
export function BuildPage() {
  const { buildId } = useParams({ from: '/shell/build/$buildId' })
  const { data: build, error, refetch } = useQuery(buildQuery(buildId))
  usePageTitle(build === undefined ? '' : `${build.appName} #${build.number}`)
  if (hasCode(error, 'build.not_found', 'request.invalid')) return <NotFoundPage />
  if (error !== null && build === undefined) return <Problem error={error} onRetry={() => void refetch()} />
  if (build === undefined) return <SkeletonRows />
  return <Run build={build} />
}

function Run({ build }: { readonly build: Build }) {
  const instance = useQuery(instanceQuery)
  const base = (instance.data?.publicUrl || window.location.origin).replace(/\/+$/, '')
  return (
    <>
      <Link
        to="/apps/$appId"
        params={{ appId: build.appId }}
        className="mb-1 inline-flex min-h-11 items-center gap-1 text-sm text-ink-soft hover:text-ink md:min-h-6"
      >
        <ChevronLeft className="size-4" aria-hidden="true" />
        {build.appName}
      </Link>
      <div className="mb-6 flex flex-wrap items-center justify-between gap-3">
        <div className="flex flex-wrap items-center gap-3">
          <h1 className="text-xl font-semibold tracking-tight">Build #{build.number}</h1>
          <BuildState build={build} />
        </div>
        <AbortBuild build={build} />
      </div>
      <div className="grid gap-5 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)] lg:items-start">
        <BuildSummary build={build} buildUrl={`${base}/build/${build.id}`} />
        <BuildTimeline buildId={build.id} running={build.state === 'running'} />
      </div>
    </>
  )
}
