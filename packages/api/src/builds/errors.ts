import { defineErrors, details } from '@cordon/core/errors'

export const buildErrors = defineErrors('build', {
  not_found: {
    status: 404,
    title: 'There is no such build',
    remedy: 'Check the id; a build is shown to the members of its app only.',
  },
  not_running: { status: 409, title: 'The build is not running any more', remedy: 'Start a new build.' },
  fork: {
    status: 401,
    title: 'Builds of forks get no credentials',
    remedy: 'Run the signing workflow on a branch of the repository itself, after review.',
  },
  trigger_token_not_found: {
    status: 404,
    title: 'There is no such trigger token',
    remedy: 'Check the list under app › Access.',
  },
  too_many_reports: {
    status: 429,
    title: 'The build has sent as many reports as the server keeps for one build',
    remedy: 'Report once per step; what was sent before is kept.',
    details: details<{ limit: number }>(),
  },
  too_many_build_numbers: {
    status: 429,
    title: 'The build has taken as many build numbers as one build may',
    remedy: 'Ask once for each thing that is shipped, and keep the answer.',
    details: details<{ limit: number }>(),
  },
  not_recorded: {
    status: 503,
    kind: 'internal',
    title: 'The release could not be recorded, so nothing was released',
    remedy: 'Try again; if it stays, an administrator must look at the database.',
  },
})
