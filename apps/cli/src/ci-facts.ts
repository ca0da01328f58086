import { readFileSync } from 'node:fs'
import type { BuildFacts } from '@cordon/api/builds/schema'
import { z } from 'zod'

type Variables = Readonly<Record<string, string | undefined>>

/** How one CI system tells about its run. */
interface CiSystem {
  readonly name: string
  readonly isHere: (variables: Variables) => boolean
  readonly facts: (variables: Variables) => Partial<BuildFacts>
}

/**
 * What each CI system says of a run, by the variables it documents. A pull request whose origin cannot be told counts as
 * one from a fork: it then gets no credentials.
 */
const CI_SYSTEMS: readonly CiSystem[] = [
  {
    name: 'GitHub Actions',
    isHere: (v) => v.GITHUB_ACTIONS === 'true',
    facts: (v) => ({
      commit: v.GITHUB_SHA ?? '',
      branch: v.GITHUB_HEAD_REF || v.GITHUB_REF_NAME || '',
      workflow: v.GITHUB_WORKFLOW ?? '',
      ciUrl: v.GITHUB_RUN_ID ? `${v.GITHUB_SERVER_URL}/${v.GITHUB_REPOSITORY}/actions/runs/${v.GITHUB_RUN_ID}` : '',
      ...githubPullRequest(v),
    }),
  },
  {
    name: 'GitLab CI',
    isHere: (v) => v.GITLAB_CI === 'true',
    facts: (v) => ({
      commit: v.CI_COMMIT_SHA ?? '',
      branch: v.CI_MERGE_REQUEST_SOURCE_BRANCH_NAME || v.CI_COMMIT_REF_NAME || '',
      workflow: v.CI_JOB_NAME ?? '',
      ciUrl: v.CI_JOB_URL ?? '',
      pullRequest: v.CI_MERGE_REQUEST_IID ?? '',
      fromFork: isSet(v.CI_MERGE_REQUEST_IID) && v.CI_MERGE_REQUEST_SOURCE_PROJECT_ID !== v.CI_PROJECT_ID,
    }),
  },
  {
    name: 'CircleCI',
    isHere: (v) => v.CIRCLECI === 'true',
    facts: (v) => ({
      commit: v.CIRCLE_SHA1 ?? '',
      branch: v.CIRCLE_BRANCH ?? '',
      workflow: v.CIRCLE_JOB ?? '',
      ciUrl: v.CIRCLE_BUILD_URL ?? '',
      pullRequest: v.CIRCLE_PR_NUMBER ?? '',
      // Set by CircleCI for pull requests of forks only.
      fromFork: isSet(v.CIRCLE_PR_REPONAME),
    }),
  },
  {
    name: 'Buildkite',
    isHere: (v) => v.BUILDKITE === 'true',
    facts: (v) => ({
      commit: v.BUILDKITE_COMMIT ?? '',
      branch: v.BUILDKITE_BRANCH ?? '',
      workflow: v.BUILDKITE_LABEL ?? '',
      ciUrl: v.BUILDKITE_BUILD_URL ?? '',
      pullRequest: v.BUILDKITE_PULL_REQUEST === 'false' ? '' : (v.BUILDKITE_PULL_REQUEST ?? ''),
      fromFork:
        isSet(v.BUILDKITE_PULL_REQUEST) &&
        v.BUILDKITE_PULL_REQUEST !== 'false' &&
        sameRepository(v.BUILDKITE_PULL_REQUEST_REPO) !== sameRepository(v.BUILDKITE_REPO),
    }),
  },
  {
    name: 'Bitrise',
    isHere: (v) => v.BITRISE_IO === 'true',
    facts: (v) => ({
      commit: v.BITRISE_GIT_COMMIT ?? '',
      branch: v.BITRISE_GIT_BRANCH ?? '',
      workflow: v.BITRISE_TRIGGERED_WORKFLOW_ID ?? '',
      pullRequest: v.BITRISE_PULL_REQUEST ?? '',
      fromFork:
        isSet(v.BITRISE_PULL_REQUEST) &&
        sameRepository(v.BITRISEIO_PULL_REQUEST_REPOSITORY_URL) !== sameRepository(v.GIT_REPOSITORY_URL),
    }),
  },
]

/** What the surrounding CI system tells of this run; nothing outside of one. */
export function detectFacts(variables: Variables): Partial<BuildFacts> {
  return CI_SYSTEMS.find((system) => system.isHere(variables))?.facts(variables) ?? {}
}

const githubEvent = z.object({
  number: z.number().optional(),
  pull_request: z
    .object({
      head: z.object({ repo: z.object({ full_name: z.string() }).nullable() }),
      base: z.object({ repo: z.object({ full_name: z.string() }) }),
    })
    .optional(),
})

function githubPullRequest(variables: Variables): Pick<BuildFacts, 'pullRequest' | 'fromFork'> {
  if (!variables.GITHUB_EVENT_NAME?.startsWith('pull_request')) return { pullRequest: '', fromFork: false }
  const event = readGithubEvent(variables.GITHUB_EVENT_PATH)
  const request = event?.pull_request
  const fromFork = request === undefined || request.head.repo?.full_name !== request.base.repo.full_name
  return { pullRequest: event?.number === undefined ? '' : String(event.number), fromFork }
}

function readGithubEvent(path: string | undefined): z.output<typeof githubEvent> | undefined {
  if (!path) return undefined
  try {
    return githubEvent.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}

/** Host and path of a repository's address, without protocol, user and `.git`. */
function sameRepository(url: string | undefined): string {
  return (url ?? '')
    .replace(/^\w+:\/\//, '')
    .replace(/^[^@/]+@/, '')
    .replace(/\.git$/, '')
    .replace(':', '/')
    .toLowerCase()
}
