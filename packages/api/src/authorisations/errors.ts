import { defineErrors, details } from '@cordon/core/errors'

export const authorisationErrors = defineErrors('authorisation', {
  connection_not_offered: {
    status: 409,
    title: 'This connection cannot be chosen for this app',
    remedy: "Choose a connection of the app's owner or of one of its admins.",
    details: details<{ connectionId: string }>(),
  },
  connection_restricted: {
    status: 409,
    title: "The connection's owner allows only themselves to choose it",
    remedy: 'Ask its owner to choose it for this app, or to lift the restriction.',
    details: details<{ connectionId: string; owner: string }>(),
  },
  suspended: {
    status: 409,
    title: 'The connection of this app is suspended',
    remedy: 'Choose another one, or choose it again when its owner leads the app and can sign in.',
    details: details<{ connectionId: string }>(),
  },
  not_found: {
    status: 404,
    title: 'The app uses no connection of this type',
    remedy: 'Choose one under app › Team › Connected Apple Developer Portal account.',
  },
})
