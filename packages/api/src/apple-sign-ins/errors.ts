import { defineErrors, details } from '@cordon/core/errors'

export const appleSignInErrors = defineErrors('apple_sign_in', {
  not_found: {
    status: 404,
    title: 'There is no such sign-in',
    remedy: 'Start again; a sign-in is kept for a few minutes and shown to the person who began it only.',
  },
  ended: {
    status: 409,
    title: 'This sign-in is over',
    remedy: 'Start again with the password of the Apple ID.',
  },
  busy: {
    status: 409,
    title: 'Somebody is answering Apple for this Apple ID right now',
    remedy: 'Wait a few seconds and look again: two answers at once would count as wrong codes.',
  },
  way_not_offered: {
    status: 400,
    title: 'Apple does not offer this way to get a code',
    remedy: 'Choose one of the ways that the sign-in names.',
    details: details<{ field: string }>(),
  },
  code_wrong: {
    status: 422,
    kind: 'upstream',
    title: 'Apple does not take this code',
    remedy: 'Look at the newest code and type it again; after the last try the sign-in starts anew.',
    details: details<{ field: string; triesLeft: number }>(),
  },
  resend_too_soon: {
    status: 429,
    title: 'A code was sent just now',
    remedy: 'Wait for it; another one can be asked for in the time that the details name.',
    details: details<{ retryAfterSeconds: number }>(),
  },
  too_many_attempts: {
    status: 429,
    title: 'Too many sign-ins to this Apple ID failed',
    remedy:
      'Check the password at account.apple.com first; Cordon waits, because Apple locks accounts that fail too often.',
    details: details<{ retryAfterSeconds: number }>(),
  },
  limit_reached: {
    status: 429,
    title: 'Too much was asked of Apple for this Apple ID, or by this person, within an hour',
    remedy: 'Come again in the time that the details name; a code that has arrived can still be given.',
    details: details<{ retryAfterSeconds: number }>(),
  },
  renewal_paused: {
    status: 503,
    kind: 'upstream',
    title: 'Cordon waits before it tries again to renew this session, because the last try did not succeed',
    remedy: 'Wait as long as the details say, or let the owner of the Apple ID sign in again.',
    details: details<{ retryAfterSeconds: number }>(),
  },
  stand_in_mixed: {
    status: 409,
    title: 'This server asks Apple itself for one half and a stand-in for the other',
    remedy:
      'Let the server’s administrator set CORDON_APPLE_BASE_URL and CORDON_APPLE_ID_BASE_URL both, or neither, and start the server again.',
  },
  password_needed: {
    status: 409,
    title: 'The stored password is not taken any more',
    remedy: 'Give the password of the Apple ID.',
    details: details<{ field: string }>(),
  },
  hand_off_invalid: {
    status: 404,
    title: 'This link does not work any more',
    remedy: 'Ask the person who sent it for a new one; a link lives for minutes and works for one person.',
  },
})
