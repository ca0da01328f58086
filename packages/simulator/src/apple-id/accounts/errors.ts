import { defineErrors, details } from '@cordon/core/errors'

/** What making and finding accounts refuses. */
export const accountErrors = defineErrors('simulator', {
  unknown_account: {
    status: 404,
    title: 'The simulator has no such Apple ID',
    remedy: 'Use the e-mail of an account that was made; GET /_simulator/accounts lists all.',
    details: details<{ email: string }>(),
  },
})
