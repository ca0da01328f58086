import { defineErrors, details } from '@cordon/core/errors'

export const cliErrors = defineErrors('cli', {
  not_signed_in: {
    status: 401,
    title: 'No Cordon server is signed in to',
    remedy: 'Run "cordon login --server URL", or set CORDON_SERVER and CORDON_TOKEN.',
  },
  link_invalid: {
    status: 400,
    title: 'This is not the link that is needed',
    remedy: 'Copy the whole link, with what stands after "#".',
    details: details<{ page: string }>(),
  },
  passwords_differ: {
    status: 400,
    title: 'The two passwords are not the same',
    remedy: 'Run the command again and type the same password twice.',
  },
  password_refused: {
    status: 401,
    title: 'The password was not accepted',
    remedy: 'Run the command again with the password of your Cordon account, not that of an Apple ID.',
    details: details<{ email: string; server: string }>(),
  },
  sign_in_over: {
    status: 401,
    title: 'The sign-in that this machine keeps is over',
    remedy: 'Run "cordon login" with the address of the server again.',
    details: details<{ server: string }>(),
  },
  token_refused: {
    status: 401,
    title: 'The server does not accept the token in CORDON_TOKEN',
    remedy:
      'Set CORDON_TOKEN to a personal token of that server that is neither revoked nor over, or unset it and run "cordon login".',
    details: details<{ server: string }>(),
  },
  usage: {
    status: 400,
    title: 'The command line is not understood',
    remedy: 'Add --help for what is accepted.',
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
  sign_in_unkeepable: {
    status: 400,
    title: 'No sign-in can be kept on this machine',
    remedy: 'Give yourself the right to write there, or set CORDON_CONFIG_DIR to another folder.',
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
    remedy: 'Use the id of the app instead of its name; "cordon app list" shows which is which.',
    details: details<{ app: string; ids: readonly string[] }>(),
  },
  connection_unknown: {
    status: 404,
    title: 'There is no such connection among those that can be used here',
    remedy: 'Run "cordon connection list" and use a name or id from it.',
    details: details<{ connection: string }>(),
  },
  connection_ambiguous: {
    status: 409,
    title: 'Several connections have this name',
    remedy: 'Use the id of the connection instead of its name; "cordon connection list" shows which is which.',
    details: details<{ connection: string; ids: readonly string[] }>(),
  },
  not_listed: {
    status: 404,
    title: 'There is no such thing in the list',
    remedy: 'Use a name or id from the list; the message says which command shows it.',
    details: details<{ wanted: string; list: string }>(),
  },
  several_listed: {
    status: 409,
    title: 'Several things in the list have this name',
    remedy: 'Use the id instead of the name.',
    details: details<{ wanted: string; ids: readonly string[]; list: string }>(),
  },
  step_unknown: {
    status: 404,
    title: 'There is no such step',
    remedy: 'Run "cordon steps list" and use a name from it.',
    details: details<{ step: string }>(),
  },
  not_confirmed: { status: 409, title: 'Nothing was done', remedy: 'Confirm, or give the option that does.' },
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
    remedy: 'Read the checks; replace the key, sign in again, or ask the Account Holder, as they say.',
    details: details<{ state: string }>(),
  },
  sign_in_given_up: {
    status: 409,
    title: 'The sign-in was given up',
    remedy: 'Run the command again when the code is at hand, or with --hand-off when somebody else has it.',
  },
  nobody_to_ask: {
    status: 400,
    title: 'Apple asks for a code, and nobody is there to type it',
    remedy: 'Run the command on a terminal, or give --hand-off and let somebody open the link that it prints.',
  },
  insecure_server: {
    status: 400,
    title: 'The server cannot be reached safely at this address',
    remedy: 'Give an https:// address; http:// is taken for a server on this machine only.',
    details: details<{ server: string }>(),
  },
  token_not_revoked: {
    status: 503,
    title: 'The token is forgotten here but not revoked',
    remedy: 'Sign in to the web app and revoke it under Account settings › Personal tokens; the details name the page.',
    details: details<{ server: string; page: string }>(),
  },
  session_missing: {
    status: 409,
    title: 'This build gets no Apple ID session',
    remedy: 'Authorise an Apple ID for the app: cordon app authorise APP CONNECTION --type apple-id.',
    details: details<{ reason: string }>(),
  },
  session_not_asked: {
    status: 503,
    kind: 'upstream',
    title: 'Apple could not be asked whether the session is valid',
    remedy: 'Start the build again later; the detail says when.',
    details: details<{ reason: string }>(),
  },
  session_withheld: {
    status: 409,
    title: 'The app is in broker mode, which is planned: its builds receive no session',
    remedy: 'Let the build use steps that need no session; no server of this version sets that mode.',
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
