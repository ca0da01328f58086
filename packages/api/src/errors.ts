import { defineErrors, details } from '@cordon/core/errors'

/** Errors that any call may answer with. */
export const requestErrors = defineErrors('request', {
  invalid: {
    status: 400,
    title: 'The request is not valid',
    remedy: 'Correct the named fields and send it again.',
    details: details<{ fields: ReadonlyArray<{ field: string; message: string }> }>(),
  },
  not_json: {
    status: 400,
    title: 'The body is not JSON',
    remedy: 'Send a JSON body with the header "content-type: application/json".',
  },
  broken_off: {
    status: 400,
    title: 'The request ended before all of it had come',
    remedy: 'Send it again.',
  },
  too_large: {
    status: 413,
    title: 'The request is too large',
    remedy: 'Send less; the limit is in the details.',
    details: details<{ limitBytes: number }>(),
  },
  unknown_route: {
    status: 404,
    title: 'There is no such address',
    remedy: 'Check the address and the method against the API document.',
  },
  too_many: {
    status: 429,
    title: 'Too many requests within a minute',
    remedy: 'Wait as long as the answer says, then ask less often; the operator sets how often.',
    details: details<{ retryAfterSeconds: number }>(),
  },
  unsupported_media_type: {
    status: 415,
    title: 'This kind of body is not accepted',
    remedy: 'Send JSON with the header "content-type: application/json".',
  },
  cross_origin: {
    status: 403,
    title: 'The request comes from another site',
    remedy: 'Open Cordon at its own address and try again; an administrator sets it as CORDON_PUBLIC_URL.',
  },
  invalid_cursor: { status: 400, title: 'The cursor is not valid', remedy: 'Start again from the first page.' },
})

/** Errors of being known and being allowed. */
export const accessErrors = defineErrors('access', {
  unauthenticated: { status: 401, title: 'You are not signed in', remedy: 'Sign in, or give a personal token.' },
  forbidden: {
    status: 403,
    title: 'Your role does not allow this',
    remedy: 'Ask one of the people with a role that may do it.',
    details: details<{ needs: readonly string[]; has: string }>(),
  },
  session_required: {
    status: 403,
    title: 'A personal token may not do this',
    remedy: 'Do it in the web app, signed in with your password, or with the command, which asks for it.',
  },
  scope_missing: {
    status: 403,
    title: 'The personal token lacks a scope',
    remedy: 'Make a token with the scope that the details name.',
    details: details<{ needs: string }>(),
  },
  build_token_refused: {
    status: 401,
    title: 'The build token is not accepted',
    remedy: 'Start a build and use its URL and token while it runs; a token ends with its build.',
  },
  trigger_token_refused: {
    status: 401,
    title: 'The trigger token is not accepted',
    remedy:
      'Ask an admin of the app for a new one: app › Access › Trigger tokens, or "cordon app trigger-token create".',
  },
})

/** The one error for what is not ours to break: the caller sees the request id only. */
export const internalErrors = defineErrors('internal', {
  failed: {
    status: 500,
    kind: 'internal',
    title: 'Something went wrong on the server',
    remedy: 'Try again; if it stays, give an administrator the request id.',
  },
  unavailable: {
    status: 503,
    kind: 'internal',
    title: 'The server is starting, stopping or cannot reach its database',
    remedy: 'Try again in a few seconds.',
  },
  late: {
    status: 503,
    kind: 'internal',
    title: 'The server did not finish in time',
    remedy:
      'Look whether what you asked for was done, then try again. If it happens often, tell the administrator of this Cordon server: its log names the request.',
  },
})

/** What the client itself says of an answer, or of none. */
export const clientErrors = defineErrors('client', {
  unreachable: {
    status: 503,
    kind: 'upstream',
    title: 'The Cordon server does not answer',
    remedy: 'Check the server address and that the server runs.',
  },
  unexpected_answer: {
    status: 502,
    kind: 'upstream',
    title: 'The server answered something else than Cordon does',
    remedy: 'Check that the address is that of a Cordon server of this version.',
    details: details<{ status: number }>(),
  },
  redirected: {
    status: 502,
    kind: 'upstream',
    title: 'Something between this browser and the Cordon server leads elsewhere',
    remedy:
      'Load the page again, in case your company wants you to sign in before Cordon. If that does not help, ask whoever runs this Cordon server to let the server itself answer everything under /api/.',
  },
})
