import { CREDENTIAL_CHOICES } from '../build-connection/find-credentials.ts'
import { API_ISSUER_INPUT, API_KEY_ID_INPUT, API_KEY_PATH_INPUT, BUILD_INPUTS } from '../build-connection/inputs.ts'
import type { InputDeclaration, OutputDeclaration } from '../step.ts'

/** Platforms as users of fastlane deliver write them, and as App Store Connect does. */
export const DEPLOY_PLATFORMS = { ios: 'IOS', osx: 'MAC_OS', appletvos: 'TV_OS', xros: 'VISION_OS' } as const
export type DeployPlatform = keyof typeof DEPLOY_PLATFORMS

const yesNo = (name: string, title: string, summary: string, defaultValue: 'yes' | 'no'): InputDeclaration => ({
  ...{ name, title, summary, type: 'boolean', required: true, defaultValue },
})

/** Inputs of the step under the names that users of the deliver step know, and Cordon's own after them. */
export const INPUTS: readonly InputDeclaration[] = [
  {
    name: 'connection',
    title: 'Apple connection',
    summary:
      'automatic: the app’s key, else its Apple ID, else the inputs; api_key: the app’s key only; apple_id: the app’s Apple ID only; off: the inputs only, no server is asked',
    type: 'choice',
    required: true,
    defaultValue: 'automatic',
    choices: CREDENTIAL_CHOICES,
    choiceAliases: { 'api-key': 'api_key', 'apple-id': 'apple_id' },
  },
  API_KEY_PATH_INPUT,
  API_ISSUER_INPUT,
  {
    name: 'itunescon_user',
    title: 'Apple ID',
    summary: 'e-mail of an Apple ID, instead of a key; needed with password',
    type: 'text',
    defaultValue: '',
    sensitive: true,
  },
  {
    name: 'password',
    title: 'Password',
    summary: 'of the Apple ID',
    type: 'text',
    defaultValue: '',
    sensitive: true,
  },
  {
    name: 'app_password',
    title: 'App-specific password',
    summary: 'for the upload of a build with an Apple ID; that of the connection wins',
    type: 'text',
    defaultValue: '',
    sensitive: true,
  },
  {
    name: 'team_id',
    title: 'Team id',
    summary: 'number of the team in App Store Connect, for an Apple ID that is in several; a key needs none',
    type: 'text',
    defaultValue: '',
  },
  {
    name: 'team_name',
    title: 'Team name',
    summary: 'its name instead; it wins over team_id',
    type: 'text',
    defaultValue: '',
  },
  {
    name: 'ipa_path',
    title: 'App',
    summary: 'the .ipa to upload; it wins over pkg_path',
    type: 'path',
    defaultValue: '$BITRISE_IPA_PATH',
  },
  {
    name: 'pkg_path',
    title: 'Installer package',
    summary: 'the .pkg of an app for the Mac',
    type: 'path',
    defaultValue: '$BITRISE_PKG_PATH',
  },
  {
    name: 'platform',
    title: 'Platform',
    summary: 'ios, osx (macOS), appletvos (tvOS) or xros (visionOS)',
    type: 'choice',
    required: true,
    defaultValue: 'ios',
    choices: Object.keys(DEPLOY_PLATFORMS),
    choiceAliases: { macos: 'osx', tvos: 'appletvos', visionos: 'xros' },
  },
  {
    name: 'app_id',
    title: 'App id',
    summary: 'Apple’s number of the app; it wins over bundle_id. Without both, the bundle ID of the file counts',
    type: 'text',
    defaultValue: '',
  },
  {
    name: 'bundle_id',
    title: 'Bundle ID',
    summary: 'bundle ID of the app record',
    type: 'text',
    defaultValue: '',
  },
  yesNo('submit_for_review', 'Submit for review', 'hand the version with this build to App Review', 'no'),
  yesNo('skip_metadata', 'Skip texts', 'leave the texts of the store page as they are', 'yes'),
  yesNo('skip_screenshots', 'Skip screenshots', 'leave the screenshots as they are', 'yes'),
  yesNo(
    'skip_app_version_update',
    'Skip the version',
    'no: the version in preparation is made, or gets the number of the build; yes: it stays as it is',
    'no',
  ),
  {
    name: 'gemfile_path',
    title: 'Gemfile',
    summary: 'taken and without effect: fastlane is not needed',
    type: 'path',
    defaultValue: './Gemfile',
  },
  {
    name: 'fastlane_version',
    title: 'fastlane version',
    summary: 'taken and without effect: fastlane is not needed',
    type: 'text',
    defaultValue: 'latest-stable',
  },
  {
    name: 'options',
    title: 'Options of deliver',
    summary:
      'further arguments as fastlane deliver takes them; those that this step has no way for are refused by name',
    type: 'text',
    defaultValue: '',
  },
  {
    name: 'itms_upload_parameters',
    title: 'Transporter parameters',
    summary: 'further arguments of iTMSTransporter, when an Apple ID uploads through it',
    type: 'text',
    defaultValue: '',
  },
  yesNo('verbose_log', 'Verbose log', 'tell of each request to Apple', 'no'),
  API_KEY_ID_INPUT,
  {
    name: 'metadata_folder',
    title: 'Metadata folder',
    summary: 'folder that holds metadata and screenshots in the layout of fastlane deliver',
    type: 'path',
    defaultValue: './fastlane',
  },
  {
    name: 'wait_for_processing',
    title: 'Wait for Apple',
    summary:
      'yes: until Apple has processed the build; no: end after the upload, unless testers or review need the build',
    type: 'boolean',
    defaultValue: 'yes',
  },
  {
    name: 'processing_timeout',
    title: 'Longest wait',
    summary: 'minutes that Apple gets to process the build',
    type: 'integer',
    defaultValue: '60',
  },
  {
    name: 'uses_non_exempt_encryption',
    title: 'Encryption',
    summary:
      'answer to Apple’s question, when ITSAppUsesNonExemptEncryption is not in Info.plist; Apple takes one answer',
    type: 'choice',
    defaultValue: 'unanswered',
    choices: ['unanswered', 'yes', 'no'],
  },
  {
    name: 'what_to_test',
    title: 'What to test',
    summary: 'text for testers, in the language of what_to_test_locale',
    type: 'text',
    defaultValue: '',
  },
  {
    name: 'what_to_test_locale',
    title: 'Language of it',
    summary: 'locale of what_to_test',
    type: 'text',
    defaultValue: 'en-US',
  },
  {
    name: 'what_to_test_folder',
    title: 'What to test, by language',
    summary: 'folder of files <locale>.txt, such as de-DE.txt',
    type: 'path',
    defaultValue: '',
  },
  {
    name: 'beta_groups',
    title: 'Groups of testers',
    summary: 'names of the groups that get the build, with | between them',
    type: 'list',
    defaultValue: '',
  },
  {
    name: 'beta_testers',
    title: 'Testers',
    summary: 'e-mail addresses of people who are put into these groups, with | between them',
    type: 'list',
    defaultValue: '',
  },
  {
    name: 'submit_for_beta_review',
    title: 'Beta review',
    summary: 'hand the build to beta review, when one of the groups is of people outside of the team',
    type: 'boolean',
    defaultValue: 'no',
  },
  {
    name: 'keep_builds',
    title: 'Builds that stay',
    summary: 'how many builds testers can choose from; older ones end. 0: all stay',
    type: 'integer',
    defaultValue: '0',
  },
  {
    name: 'upload_state_folder',
    title: 'Records of uploads',
    summary: 'where a later run finds what an upload that was ended has sent; cache it between builds to resume there',
    type: 'path',
    defaultValue: '$HOME/.cordon/uploads',
  },
  {
    name: 'output_file',
    title: 'Output file',
    summary: 'a dotenv file that gets the outputs',
    type: 'path',
    defaultValue: '',
  },
  ...BUILD_INPUTS,
]

export const OUTPUTS: readonly OutputDeclaration[] = [
  { name: 'CORDON_APP_ID', summary: 'Apple’s number of the app' },
  { name: 'CORDON_APP_VERSION', summary: 'version of the build or of the store page' },
  { name: 'CORDON_BUILD_NUMBER', summary: 'build number of the build' },
  { name: 'CORDON_UPLOAD_ID', summary: 'Apple’s id of the upload; none where altool or Transporter uploaded' },
  { name: 'CORDON_BUILD_ID', summary: 'Apple’s id of the build; none when it was not waited for' },
  {
    name: 'CORDON_TESTFLIGHT_URL',
    summary: 'where testers join, if a group that got the build has a public link; else the build in App Store Connect',
  },
]
