import { defineErrors, details } from '@cordon/core/errors'

export const accountErrors = defineErrors('account', {
  not_found: {
    status: 404,
    title: 'There is no such person, session or token',
    remedy: 'Check the id against the list.',
  },
  set_up_link_invalid: {
    status: 401,
    title: 'The set-up link is not valid',
    remedy: 'Start the server again and use the link it prints; it works once, within an hour.',
  },
  set_up_done: {
    status: 409,
    title: 'This instance is set up already',
    remedy: 'Sign in, or ask an administrator for an invitation.',
  },
  sign_in_failed: { status: 401, title: 'E-mail or password is wrong', remedy: 'Check both and try again.' },
  too_many_attempts: {
    status: 429,
    title: 'Too many tries of a password',
    remedy: 'Wait as long as the details say, then try again.',
    details: details<{ retryAfterSeconds: number }>(),
  },
  email_taken: {
    status: 409,
    title: 'There is an account with this e-mail already',
    remedy: 'Sign in with it, then open the link again.',
  },
  password_wrong: {
    status: 403,
    title: 'The current password is wrong',
    remedy: 'Type the password you signed in with.',
  },
  invitation_invalid: {
    status: 410,
    title: 'The invitation is not valid any more',
    remedy: 'Ask whoever invited you for a new link; a link works once and for seven days.',
  },
  account_needed: {
    status: 422,
    title: 'Accepting needs an account',
    remedy: 'Sign in first, or give name, e-mail and password in the field "account".',
  },
  already_signed_in: {
    status: 409,
    title: 'You are signed in already',
    remedy: 'Leave out the field "account", or sign out first.',
  },
  last_administrator: {
    status: 409,
    title: 'This is the last administrator',
    remedy: 'Make another person administrator first.',
  },
})
