import { defineErrors, details } from '@cordon/core/errors'

export const stepErrors = defineErrors('step', {
  input_invalid: {
    status: 400,
    title: 'A step input is not valid',
    remedy: 'Set the input as the details say.',
    details: details<{ input: string; accepted: string }>(),
  },
  input_missing: {
    status: 400,
    title: 'A step input is missing',
    remedy: 'Set the input; "--help" of the step says what it is for.',
    details: details<{ input: string }>(),
  },
  build_unreachable: {
    status: 503,
    kind: 'upstream',
    title: 'The build server does not answer',
    remedy: 'Check that BITRISE_BUILD_URL is right and that the server can be reached from this machine.',
    details: details<{ status: number | null }>(),
  },
  build_redirected: {
    status: 502,
    kind: 'upstream',
    title: 'The build URL leads to another place',
    remedy:
      'Ask whoever runs the build server to let /build/ be answered by the server itself, without a sign-in page before it, and to set CORDON_PUBLIC_URL to the address that needs no redirect; a build URL that you set yourself is yours to correct.',
    details: details<{ status: number; host: string | null }>(),
  },
  build_refused: {
    status: 401,
    title: 'The build gets no credentials',
    remedy: 'Read the reason; tokens end with their build, and builds of forks get nothing.',
  },
  build_answer_invalid: {
    status: 502,
    kind: 'upstream',
    title: 'The build server answered something that is not the build protocol',
    remedy: 'Check BITRISE_BUILD_URL; the fields at fault are named, their values are not shown.',
    details: details<{ fields: readonly string[] }>(),
  },
  no_credentials: {
    status: 409,
    title: 'There is no Apple connection to work with',
    remedy:
      'Choose a connection under app › Team › Connected Apple Developer Portal account, or give api_key_path and api_issuer.',
    details: details<{ reason: string }>(),
  },
  insecure_address: {
    status: 400,
    title: 'A secret would cross the network without encryption',
    remedy: 'Give an https:// address; http:// is taken for servers on this machine only.',
    details: details<{ input: string }>(),
  },
  session_expired: {
    status: 409,
    title: 'There is no valid session of the Apple ID',
    remedy:
      'Ask the owner of the connection to open it and choose "Sign in again", or to run "cordon connection sign-in NAME"; then start the build again.',
    details: details<{ accountName: string; since: string | null }>(),
  },
  team_ambiguous: {
    status: 409,
    title: 'The Apple ID is in several teams',
    remedy: 'Set the team id: the input "apple_id_team_id", or "team_id" of auto-provision-apple-id.',
    details: details<{ teams: ReadonlyArray<{ teamId: string; name: string }> }>(),
  },
  team_not_found: {
    status: 404,
    title: 'The Apple ID is not in this team',
    remedy: 'Choose one of the teams that are named, or ask for an invitation to the other one.',
    details: details<{ teamId: string; teams: ReadonlyArray<{ teamId: string; name: string }> }>(),
  },
  managed_profile_missing: {
    status: 409,
    title: 'There is no fitting profile of Xcode’s own for a part of the app',
    remedy:
      'Archive the app once in Xcode on a Mac, so that Xcode makes the profile, or set generate_profiles to "yes".',
    details: details<{ profiles: readonly string[] }>(),
  },
  certificate_unreadable: {
    status: 400,
    title: 'A certificate file cannot be fetched',
    remedy: 'Check the entry of certificate_urls: a path, file:// or https:// address of a .p12 file.',
    details: details<{ entry: number }>(),
  },
  bundle_id_unresolved: {
    status: 422,
    title: 'The bundle ID of a target is not known',
    remedy:
      'Add the missing file, or give the missing build settings with the input build_settings (NAME=VALUE, one a line).',
    details: details<{ target: string; missing: readonly string[] }>(),
  },
  team_unknown: {
    status: 422,
    title: 'The bundle IDs of the project depend on the team, and the team is not known',
    remedy: 'Give a certificate of the team, or its id with the input build_settings: DEVELOPMENT_TEAM=<team id>.',
  },
  profile_file_unreadable: {
    status: 400,
    title: 'A provisioning profile cannot be fetched or read',
    remedy:
      'Check the entry of the input named: a path, a folder, file:// or https:// address of .mobileprovision files.',
    details: details<{ input: string; entry: number }>(),
  },
  nothing_to_restore: {
    status: 404,
    title: 'No project was kept that could be put back',
    remedy: 'Give the signing_folder of the run that changed the project.',
    details: details<{ path: string }>(),
  },
  project_changed_since: {
    status: 409,
    title: 'The project was changed by somebody else since its signing settings were written',
    remedy: 'Keep those changes and put the signing settings back by hand, or with your version control.',
    details: details<{ path: string }>(),
  },
  signing_tools_missing: {
    status: 409,
    title: 'This machine cannot sign an app',
    remedy: 'Run the step on macOS, where codesign and security are; nothing was written.',
    details: details<{ tools: readonly string[]; platform: string }>(),
  },
  codesign_failed: {
    status: 502,
    kind: 'upstream',
    title: 'codesign did not sign or accept the app',
    remedy: 'Read what codesign printed; check that Apple’s intermediate certificates are on the machine.',
    details: details<{ command: string; exitCode: number; output: string }>(),
  },
  resign_certificate_missing: {
    status: 409,
    title: 'None of the certificates given can sign today',
    remedy: 'Give the .p12 of a certificate that is valid now, or correct the clock of the machine.',
  },
  resign_profile_missing: {
    status: 422,
    title: 'There is no fitting profile for a part of the app',
    remedy: 'Give a profile for each bundle ID named, with one and the same certificate in all of them.',
    details: details<{ bundleIds: readonly string[] }>(),
  },
  resign_ambiguous: {
    status: 400,
    title: 'The profiles fit more than one distribution',
    remedy: 'Set distribution_type to the one that is meant.',
    details: details<{ distributions: readonly string[] }>(),
  },
  resign_platform: {
    status: 422,
    title: 'Apps for this platform are not signed again by this step',
    remedy: 'Give an .ipa of iOS, tvOS or visionOS; export an app for the Mac with Xcode.',
    details: details<{ platform: string }>(),
  },
  lane_failed: {
    status: 422,
    title: 'fastlane ended with an error',
    remedy: 'Read what fastlane printed above; its logs are in the deploy folder.',
    details: details<{ exitCode: number }>(),
  },
  program_missing: {
    status: 409,
    title: 'A program that the step needs is not on this machine',
    remedy: 'Install the program that is named, or put it on the PATH of the build.',
    details: details<{ program: string }>(),
  },
  gems_not_installed: {
    status: 502,
    kind: 'upstream',
    title: 'fastlane could not be installed',
    remedy: 'Read what the command printed above; check the lock file and that the machine reaches its gem sources.',
    details: details<{ command: string; exitCode: number }>(),
  },
  output_unwritable: {
    status: 400,
    title: 'An output cannot be written',
    remedy: 'Check the folder and its permissions.',
    details: details<{ path: string }>(),
  },
  envman_failed: {
    status: 502,
    kind: 'upstream',
    title: 'envman did not take an output',
    remedy: 'Run "envman print" on the machine to see what is wrong with it.',
    details: details<{ output: string }>(),
  },
})
