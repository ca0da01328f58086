import { defineErrors, details } from '@cordon/core/errors'

/** What can go wrong in the step deploy, besides what its engines say. */
export const deployErrors = defineErrors('deploy', {
  nothing_to_deploy: {
    status: 400,
    title: 'There is nothing to deploy',
    remedy: 'Set ipa_path or pkg_path, or set skip_metadata or skip_screenshots to "no".',
  },
  options_unsupported: {
    status: 400,
    title: 'An argument of fastlane deliver is not understood by this step',
    remedy: 'Take the argument out of the input options, or run deliver itself with the step fastlane.',
    details: details<{ arguments: readonly string[] }>(),
  },
  enterprise_team: {
    status: 422,
    title: 'Teams of the Enterprise Program have no App Store Connect',
    remedy: 'Connect an API key of a team of the Developer Program, or hand the app out yourself.',
  },
  uploader_missing: {
    status: 409,
    title: 'With an Apple ID alone, this machine cannot upload a build',
    remedy:
      'Connect an App Store Connect API key, with which any machine can; or run the step on macOS with Xcode, or where iTMSTransporter is installed.',
    details: details<{ platform: string; lookedFor: readonly string[] }>(),
  },
  app_password_missing: {
    status: 422,
    title: 'The upload of a build with an Apple ID needs an app-specific password',
    remedy:
      'Ask the owner of the Apple ID to make one at account.apple.com and to store it in the connection, or set app_password.',
    details: details<{ accountName: string }>(),
  },
  store_description_missing: {
    status: 422,
    title: 'Transporter needs the file AppStoreInfo.plist beside the app on this machine',
    remedy:
      'Export the app with generateAppStoreInformation in the export options and put AppStoreInfo.plist beside it; or connect an API key.',
    details: details<{ path: string }>(),
  },
  session_missing: {
    status: 409,
    title: 'The store page cannot be written: there is a password, and no session of the Apple ID',
    remedy:
      'Connect the Apple ID with its second factor in Cordon, or connect an API key; a password alone opens nothing at Apple.',
    details: details<{ accountName: string }>(),
  },
  needs_key: {
    status: 409,
    title: 'What is wanted can be had with an API key only',
    remedy: 'Connect an App Store Connect API key, or leave the inputs named as they are by default.',
    details: details<{ inputs: readonly string[] }>(),
  },
  uploader_failed: {
    status: 502,
    kind: 'upstream',
    title: 'Apple’s upload tool did not bring the build to App Store Connect',
    remedy: 'Read what it printed; for -22938 or -22910, give an app-specific password.',
    details: details<{ tool: string; exitCode: number; output: string }>(),
  },
  folder_unreadable: {
    status: 400,
    title: 'What to test cannot be read',
    remedy: 'Check what_to_test_folder: a folder of files <locale>.txt.',
    details: details<{ path: string }>(),
  },
})
