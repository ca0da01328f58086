import { defineErrors, details } from '@cordon/core/errors'

/** What can be wrong with an app archive. Paths are shown as the caller gave them; names are those inside the archive. */
export const appArchiveErrors = defineErrors('app_archive', {
  not_found: {
    status: 404,
    title: 'There is no such app archive',
    remedy: 'Give the path of an existing .ipa file.',
    details: details<{ path: string }>(),
  },
  unreadable: {
    status: 400,
    title: 'The app archive cannot be read',
    remedy: 'Check that the path names a regular file that the user of the build may read.',
    details: details<{ path: string; reason: string }>(),
  },
  not_a_zip: {
    status: 400,
    title: 'This is not a zip archive, or it was cut off',
    remedy: 'Export the .ipa again, or copy it again; its end is missing.',
    details: details<{ path: string; reason: string }>(),
  },
  not_a_package: {
    status: 400,
    title: 'This is not an installer package, or it was cut off',
    remedy: 'Export the .pkg again with Xcode or productbuild, or copy it again.',
    details: details<{ path: string; reason: string }>(),
  },
  malformed: {
    status: 400,
    title: 'The app archive contradicts itself',
    remedy: 'Export the .ipa again with Xcode; do not use this file.',
    details: details<{ path: string; reason: string }>(),
  },
  unsafe_name: {
    status: 400,
    title: 'The app archive holds a name that leads out of it',
    remedy: 'Do not use this file; no tool of Apple makes such an archive.',
    details: details<{ path: string; name: string; reason: string }>(),
  },
  duplicate_name: {
    status: 400,
    title: 'The app archive holds two entries of one name',
    remedy: 'Export the .ipa again; readers would disagree about which of the two counts.',
    details: details<{ path: string; name: string }>(),
  },
  too_many_entries: {
    status: 413,
    title: 'The app archive holds too many entries',
    remedy: 'Check that the file is an .ipa; no app comes near the limit.',
    details: details<{ path: string; entries: number; limit: number }>(),
  },
  too_large: {
    status: 413,
    title: 'Something in the app archive is larger than it may be',
    remedy: 'Check that the file is an .ipa made by Xcode; the limit is given in bytes.',
    details: details<{ path: string; name: string; bytes: number; limit: number }>(),
  },
  encrypted: {
    status: 400,
    title: 'The app archive is encrypted',
    remedy: 'Give the archive without a zip password.',
    details: details<{ path: string; name: string }>(),
  },
  compression_unsupported: {
    status: 400,
    title: 'The app archive uses a compression that is not supported',
    remedy: 'Compress with deflate, as Xcode and zip do.',
    details: details<{ path: string; name: string; method: number }>(),
  },
  no_app: {
    status: 422,
    title: 'The archive holds no app, or more than one',
    remedy: 'Give an .ipa (one Payload/*.app), a zip with one .app at its top, or a .pkg that installs one app.',
    details: details<{ path: string; found: readonly string[] }>(),
  },
  info_plist_invalid: {
    status: 422,
    title: 'The Info.plist of a bundle in the archive is missing or cannot be read',
    remedy: 'Build the app again; each bundle needs an Info.plist with CFBundleIdentifier.',
    details: details<{ path: string; name: string; reason: string }>(),
  },
  not_writable: {
    status: 400,
    title: 'The archive cannot be written or unpacked',
    remedy: 'Check the folder, its permissions and that the disk has room.',
    details: details<{ path: string; reason: string }>(),
  },
})

/** What a thrown value says, for details. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
