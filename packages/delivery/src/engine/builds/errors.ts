import { defineErrors, details } from '@cordon/core/errors'

/** What can go wrong between a file and a build at App Store Connect. Trouble with key and network keeps the codes of `apple`. */
export const deliveryErrors = defineErrors('delivery', {
  file_kind_unknown: {
    status: 400,
    title: 'The file is neither an .ipa nor a .pkg',
    remedy: 'Give the .ipa or .pkg that Xcode has exported for the App Store.',
    details: details<{ path: string }>(),
  },
  file_unreadable: {
    status: 400,
    title: 'The file cannot be read',
    remedy: 'Check that it is there and that the user of the build may read it.',
    details: details<{ path: string; reason: string }>(),
  },
  file_changed: {
    status: 409,
    title: 'The file changed while it was uploaded',
    remedy: 'Let no other step write to it, and run again; parts that still fit are not sent again.',
    details: details<{ path: string }>(),
  },
  several_problems: {
    status: 422,
    title: 'The build is not ready for App Store Connect, and nothing was sent',
    remedy: 'Put right each of the problems; each says how.',
    details: details<{ problems: ReadonlyArray<{ code: string; text: string; remedy: string }> }>(),
  },
  version_invalid: {
    status: 422,
    title: 'The build has no usable version or build number',
    remedy: 'Set CFBundleShortVersionString and CFBundleVersion to one to three numbers with dots between them.',
    details: details<{ key: string; value: string | null }>(),
  },
  platform_mismatch: {
    status: 422,
    title: 'The build is for another platform than the one given',
    remedy: 'Set the input platform to the platform of the file, or give the right file.',
    details: details<{ wanted: string; found: string }>(),
  },
  app_not_found: {
    status: 404,
    title: 'App Store Connect has no app record for this bundle ID that the credentials can see',
    remedy:
      'Ask an Admin to make the app record in App Store Connect > Apps > +, or to give the key access to the app; no API makes one.',
    details: details<{ bundleId: string; appId: string | null }>(),
  },
  wrong_app: {
    status: 422,
    title: 'The build belongs to another app',
    remedy: 'Correct app_id or bundle_id, or give the right file.',
    details: details<{ wanted: string; found: string }>(),
  },
  build_number_used: {
    status: 409,
    title: 'This build number is taken',
    remedy: 'Build again with a higher CFBundleVersion.',
    details: details<{ version: string; buildNumber: string; highest: string }>(),
  },
  version_on_sale: {
    status: 409,
    title: 'The version of the build is not above the one on sale',
    remedy: 'Raise the version (CFBundleShortVersionString) and build again; a higher build number does not help.',
    details: details<{ version: string; onSale: string }>(),
  },
  profile_missing: {
    status: 422,
    title: 'A part of the app has no provisioning profile',
    remedy: 'Export the archive for App Store distribution; each part that is signed on its own needs a profile.',
    details: details<{ bundleId: string }>(),
  },
  profile_unreadable: {
    status: 422,
    title: 'An embedded provisioning profile cannot be read',
    remedy: 'Export the archive again.',
    details: details<{ bundleId: string }>(),
  },
  profile_not_for_store: {
    status: 422,
    title: 'The app is not signed for the App Store',
    remedy: 'Export with the distribution method app-store, signed with an App Store profile.',
    details: details<{ bundleId: string; profile: string; distribution: string }>(),
  },
  profile_expired: {
    status: 422,
    title: 'A provisioning profile in the app has expired',
    remedy: 'Renew the profile, for example with the step auto-provision, and build again.',
    details: details<{ bundleId: string; profile: string; expiredAt: string }>(),
  },
  profile_mismatch: {
    status: 422,
    title: 'A provisioning profile in the app is for another bundle ID',
    remedy: 'Sign each part of the app with the profile of its own bundle ID and export again.',
    details: details<{ bundleId: string; profile: string; profileBundleId: string }>(),
  },
  icon_missing: {
    status: 422,
    title: 'The app has no icon, and Apple refuses it without one',
    remedy: 'Add an app icon to the asset catalog and set it as the App Icon of the target.',
    details: details<{ bundleId: string }>(),
  },
  info_key_missing: {
    status: 422,
    title: 'The Info.plist lacks a key that Apple demands',
    remedy: 'Add the key to the Info.plist of the target and build again.',
    details: details<{ bundleId: string; key: string }>(),
  },
  package_unsigned: {
    status: 422,
    title: 'The installer package is not signed',
    remedy: 'Export it with a Mac Installer Distribution certificate.',
    details: details<{ path: string }>(),
  },
  upload_running: {
    status: 409,
    title: 'Another process uploads this very file',
    remedy: 'Wait for it, or end it; what it has sent is not sent again.',
    details: details<{ path: string }>(),
  },
  state_unwritable: {
    status: 400,
    title: 'What is needed to resume an upload cannot be written',
    remedy: 'Check the folder, its permissions and that the disk has room; the input upload_state_folder names it.',
    details: details<{ path: string }>(),
  },
  operations_unusable: {
    status: 502,
    kind: 'upstream',
    title: 'Apple asks for parts that do not make up the file',
    remedy: 'Run again; if it stays so, report it: nothing was changed at Apple.',
    details: details<{ reason: string }>(),
  },
  part_refused: {
    status: 502,
    kind: 'upstream',
    title: 'Apple\u2019s storage refuses a part of the file',
    remedy: 'Run again: a new upload is reserved if need be, and parts that Apple has are not sent again.',
    details: details<{ part: number; status: number }>(),
  },
  part_failed: {
    status: 503,
    kind: 'upstream',
    title: 'A part of the file could not be sent, although it was tried several times',
    remedy: 'Check the network of the machine and run again: parts that Apple has are not sent again.',
    details: details<{ part: number; tries: number; reason: string }>(),
  },
  checksum_mismatch: {
    status: 502,
    kind: 'upstream',
    title: 'Apple has other bytes than the file',
    remedy: 'Run again with a new build number if Apple took the old one; the file or the network is at fault.',
    details: details<{ ours: string; apples: string }>(),
  },
  processing_failed: {
    status: 422,
    kind: 'upstream',
    title: 'Apple took the file and then refused the build',
    remedy: 'Put right what Apple names, raise the build number and build again.',
    details: details<{ uploadId: string; problems: ReadonlyArray<{ code: string; text: string }> }>(),
  },
  processing_slow: {
    status: 504,
    kind: 'upstream',
    title: 'Apple still processes the build',
    remedy:
      'Look at App Store Connect > TestFlight later; running again finds the same upload and sends nothing. A longer wait can be set.',
    details: details<{ uploadId: string; state: string; waitedSeconds: number }>(),
  },
})
