import { defineErrors, details } from '@cordon/core/errors'

export const cliErrors = defineErrors('cli', {
  not_signed_in: {
    status: 401,
    title: 'No Cordon server is signed in to',
    remedy: 'Run "cordon login --server URL", or set CORDON_SERVER and CORDON_TOKEN.',
  },
  missing_option: {
    status: 400,
    title: 'An option is missing',
    remedy: 'Give the option that is named, or run the command on a terminal to be asked.',
    details: details<{ option: string }>(),
  },
  file_unreadable: {
    status: 400,
    title: 'A file cannot be read',
    remedy: 'Check the path and its permissions.',
    details: details<{ path: string }>(),
  },
  app_unknown: {
    status: 404,
    title: 'There is no such app among yours',
    remedy: 'Run "cordon app list" and use a name or id from it.',
    details: details<{ app: string }>(),
  },
  app_ambiguous: {
    status: 409,
    title: 'Several of your apps have this name',
    remedy: 'Use the id of the app instead; "cordon app list" shows it.',
    details: details<{ app: string; ids: readonly string[] }>(),
  },
  not_confirmed: { status: 409, title: 'Nothing was done', remedy: 'Confirm, or give the option --yes.' },
  no_build: {
    status: 400,
    title: 'No build is known',
    remedy:
      'Run it inside "cordon run", or set BITRISE_BUILD_URL and BITRISE_BUILD_API_TOKEN as "cordon build start" prints them.',
  },
  connection_unhealthy: {
    status: 422,
    kind: 'upstream',
    title: 'The connection does not work as it is',
    remedy: 'Read the checks; replace the key, or ask the Account Holder, as they say.',
    details: details<{ state: string }>(),
  },
  audit_broken: {
    status: 409,
    title: 'The audit log is not intact',
    remedy: 'Keep a copy of the database and tell an administrator: events were changed outside Cordon.',
  },
  command_not_started: {
    status: 400,
    title: 'The command could not be started',
    remedy: 'Check that the program exists and can be executed.',
    details: details<{ command: string }>(),
  },
})
