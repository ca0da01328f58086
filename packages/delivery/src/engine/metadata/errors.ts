import { defineErrors, details } from '@cordon/core/errors'

/** What can go wrong between a folder and the store page. The remedy says whose move it is. */
export const metadataErrors = defineErrors('metadata', {
  invalid: {
    status: 422,
    title: 'The store page has mistakes; nothing was sent',
    remedy: 'Correct the named lines and files, then run again; "cordon metadata check" needs no connection.',
    details: details<{ fields: readonly { field: string; message: string }[] }>(),
  },
  nothing_there: {
    status: 422,
    title: 'There is no store page in this folder',
    remedy:
      'Name the folder that holds "metadata", "screenshots" or "metadata.yml", or run "cordon metadata pull" first.',
    details: details<{ folder: string }>(),
  },
  app_not_found: {
    status: 404,
    title: 'The connection sees no such app',
    remedy: 'Check the bundle ID or the app id; a person makes the app record in App Store Connect, an API cannot.',
    details: details<{ app: string }>(),
  },
  version_not_editable: {
    status: 409,
    title: 'No version of the app can be edited now',
    remedy:
      'If all are on sale, name the next version with --app-version; if one is in review, wait or take it back with "cordon metadata cancel".',
    details: details<{ versions: readonly { version: string; state: string }[] }>(),
  },
  version_in_the_way: {
    status: 409,
    title: 'Another version is on its way to the store, and Apple takes one at a time',
    remedy:
      'Take that version back with "cordon metadata cancel", or let it finish: wait for App Review, or release it with "cordon metadata release".',
    details: details<{ wanted: string; version: string; state: string }>(),
  },
  info_not_editable: {
    status: 409,
    title: 'Name, subtitle and categories cannot be edited now',
    remedy: 'Wait until App Review has answered, or make a new version first.',
    details: details<{ states: readonly string[] }>(),
  },
  write_refused: {
    status: 422,
    kind: 'upstream',
    title: 'Apple refused a part of the store page',
    remedy: 'Read what Apple says of the named part, correct it in the folder, and run again: what was written stays.',
    details: details<{ fields: readonly { field: string; message: string }[] }>(),
  },
  media_failed: {
    status: 422,
    kind: 'upstream',
    title: 'Apple could not use some of the uploaded files',
    remedy: 'Replace the named files and run again: those that were taken are not sent a second time.',
    details: details<{ fields: readonly { field: string; message: string }[] }>(),
  },
  media_unfinished: {
    status: 504,
    kind: 'upstream',
    title: 'Apple has not finished with some of the uploaded files',
    remedy: 'Wait some minutes and run again: they are looked at, not sent a second time.',
    details: details<{ fields: readonly { field: string; message: string }[] }>(),
  },
  upload_broken: {
    status: 502,
    kind: 'upstream',
    title: 'A file could not be sent to Apple',
    remedy: 'Check the network and run again: only what is missing is sent.',
    details: details<{ file: string; tries: number }>(),
  },
  file_changed: {
    status: 409,
    title: 'A file changed while the store page was written',
    remedy: 'Run again when nothing changes the folder any more: what was taken is not sent a second time.',
    details: details<{ file: string }>(),
  },
  picture_unavailable: {
    status: 502,
    kind: 'upstream',
    title: 'Apple does not show a screenshot',
    remedy:
      'Pull again in some minutes: what is there already is not fetched a second time; --skip-screenshots leaves them.',
    details: details<{ reason: string }>(),
  },
  version_missing: {
    status: 404,
    title: 'The app has no such version',
    remedy: 'Name a version that the app has, or make one: "cordon metadata push --app-version".',
    details: details<{ version: string }>(),
  },
  review_refused: {
    status: 409,
    kind: 'upstream',
    title: 'Apple does not take the version for review yet',
    remedy:
      'Add what Apple names; app privacy answers and the price of a new app are set by a person in App Store Connect.',
    details: details<{ version: string; fields: readonly { field: string; message: string }[] }>(),
  },
  submission_busy: {
    status: 409,
    kind: 'upstream',
    title: 'Another version is in review, or an earlier submission has not ended',
    remedy: 'Wait for App Review, or take the submission back with "cordon metadata cancel".',
    details: details<{ submission: string; state: string }>(),
  },
  nothing_to_cancel: {
    status: 404,
    title: 'No submission of this platform is open',
    remedy: 'Look at the state of the version in App Store Connect.',
  },
})
