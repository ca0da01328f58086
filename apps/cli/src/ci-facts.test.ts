import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { detectFacts } from './ci-facts.ts'

/** A GitHub pull request event from one repository to another. */
function githubEvent(head: string | null): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-event-'))
  const path = join(folder, 'event.json')
  const repo = head === null ? null : { full_name: head }
  writeFileSync(
    path,
    JSON.stringify({ number: 12, pull_request: { head: { repo }, base: { repo: { full_name: 'acme/app' } } } }),
  )
  return { GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: path }
}

const clean = (variables: Record<string, string>) => {
  if (variables.GITHUB_EVENT_PATH?.includes('cordon-event-'))
    rmSync(join(variables.GITHUB_EVENT_PATH, '..'), { recursive: true })
}

test.each([
  ['a pull request within the repository', () => githubEvent('acme/app'), false],
  ['a pull request of a fork', () => githubEvent('stranger/app'), true],
  ['a pull request of a deleted fork', () => githubEvent(null), true],
  [
    'a pull request whose event cannot be read',
    () => ({ GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: '/nowhere' }),
    true,
  ],
  ['a push', () => ({ GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'push' }), false],
  [
    'a GitLab merge request of a fork',
    () => ({
      GITLAB_CI: 'true',
      CI_MERGE_REQUEST_IID: '3',
      CI_PROJECT_ID: '1',
      CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '2',
    }),
    true,
  ],
  [
    'a GitLab merge request within the project',
    () => ({
      GITLAB_CI: 'true',
      CI_MERGE_REQUEST_IID: '3',
      CI_PROJECT_ID: '1',
      CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '1',
    }),
    false,
  ],
  ['a CircleCI build of a fork', () => ({ CIRCLECI: 'true', CIRCLE_PR_REPONAME: 'app' }), true],
  [
    'a Buildkite pull request, same repository spelled differently',
    () => ({
      BUILDKITE: 'true',
      BUILDKITE_PULL_REQUEST: '4',
      BUILDKITE_PULL_REQUEST_REPO: 'https://github.com/Acme/app.git',
      BUILDKITE_REPO: 'git@github.com:acme/app.git',
    }),
    false,
  ],
  [
    'a Buildkite pull request of a fork',
    () => ({
      BUILDKITE: 'true',
      BUILDKITE_PULL_REQUEST: '4',
      BUILDKITE_PULL_REQUEST_REPO: 'https://github.com/stranger/app',
      BUILDKITE_REPO: 'git@github.com:acme/app.git',
    }),
    true,
  ],
  [
    'a Bitrise pull request without a source',
    () => ({ BITRISE_IO: 'true', BITRISE_PULL_REQUEST: '9', GIT_REPOSITORY_URL: 'git@github.com:acme/app.git' }),
    true,
  ],
])('%s', (_name, variables, fromFork) => {
  const surroundings = variables()
  try {
    expect(detectFacts(surroundings).fromFork).toBe(fromFork)
  } finally {
    clean(surroundings)
  }
})

test('outside of a CI system nothing is claimed', () => {
  expect(detectFacts({})).toEqual({})
})
