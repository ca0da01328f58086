import { defineErrors, details } from '@cordon/core/errors'

/** What can go wrong between a build at Apple and its testers. */
export const testflightErrors = defineErrors('testflight', {
  group_not_found: {
    status: 404,
    title: 'The app has no such group of testers',
    remedy: 'Correct the name, or make the group in App Store Connect > TestFlight; the groups there are named.',
    details: details<{ groups: readonly string[]; known: readonly string[] }>(),
  },
  review_refused: {
    status: 409,
    kind: 'upstream',
    title: 'Apple does not take the build for beta review yet',
    remedy:
      'Add what Apple names in App Store Connect > TestFlight > Test Information (contact, feedback e-mail, description), and run again.',
    details: details<{ fields: readonly { field: string; message: string }[] }>(),
  },
  text_invalid: {
    status: 400,
    title: 'Apple would not take this text for testers',
    remedy: 'Shorten the text, or correct the locale; Apple takes 4000 characters in each language.',
    details: details<{ locale: string; problem: string }>(),
  },
  tester_invalid: {
    status: 400,
    title: 'A tester has no usable e-mail address',
    remedy: 'Correct the entry: one e-mail address for each tester.',
    details: details<{ entry: number }>(),
  },
  testers_without_group: {
    status: 400,
    title: 'Testers are given, and no group to put them into',
    remedy: 'Name a group of testers; one of people outside of the team takes any e-mail address.',
  },
  encryption_unanswered: {
    status: 422,
    title: 'Apple wants to know whether the app uses encryption that is not exempt',
    remedy: 'Set ITSAppUsesNonExemptEncryption in Info.plist, or the input uses_non_exempt_encryption.',
    details: details<{ buildId: string }>(),
  },
  encryption_answered_otherwise: {
    status: 409,
    title: 'The question about encryption was answered otherwise before, and Apple takes one answer only',
    remedy: 'Correct the input, or build again with a new build number and the right ITSAppUsesNonExemptEncryption.',
    details: details<{ buildId: string; answered: boolean }>(),
  },
})
