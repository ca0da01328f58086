import { BUILD_INPUTS } from '../build-connection/inputs.ts'
import type { InputDeclaration, OutputDeclaration } from '../step.ts'

export const DISTRIBUTION_CHOICES = ['development', 'app-store', 'ad-hoc', 'enterprise', 'developer-id'] as const

export const PLATFORM_CHOICES = ['automatic', 'ios', 'tvos', 'watchos', 'visionos', 'macos', 'mac-catalyst'] as const

/** What every step that provisions a project takes, whatever opens the team, under the names that users of existing iOS build steps know. */
export const PROJECT_INPUTS: readonly InputDeclaration[] = [
  {
    name: 'distribution_type',
    title: 'Distribution',
    summary: 'how the app will reach its users',
    type: 'choice',
    required: true,
    defaultValue: 'development',
    choices: DISTRIBUTION_CHOICES,
    aliases: ['distribution_method'],
  },
  {
    name: 'project_path',
    title: 'Project',
    summary: 'an .xcodeproj, an .xcworkspace, or a folder that holds exactly one',
    type: 'path',
    required: true,
    defaultValue: '$BITRISE_PROJECT_PATH',
  },
  {
    name: 'scheme',
    title: 'Scheme',
    summary: 'scheme that will be archived; may be left out when only one archives an app',
    type: 'text',
    defaultValue: '$BITRISE_SCHEME',
  },
  {
    name: 'configuration',
    title: 'Configuration',
    summary: 'the one that the scheme archives, unless told',
    type: 'text',
    defaultValue: '',
  },
  {
    name: 'platform',
    title: 'Platform',
    summary: 'for apps of several platforms: the one to archive for; automatic takes iOS if the app supports it',
    type: 'choice',
    defaultValue: 'automatic',
    choices: PLATFORM_CHOICES,
  },
  {
    name: 'build_settings',
    title: 'Build settings',
    summary:
      'NAME=VALUE, one a line: settings that win over the project’s files, for what a machine without Xcode cannot know',
    type: 'list',
    defaultValue: '',
  },
  {
    name: 'sign_uitest_targets',
    title: 'Sign UI tests',
    summary: 'sign the UI tests of the app too, with wildcard profiles for development, in all configurations',
    type: 'boolean',
    defaultValue: 'no',
  },
  {
    name: 'register_test_devices',
    title: 'Register test devices',
    summary: 'register the app’s test devices at Apple; slots come back once a year only',
    type: 'boolean',
    defaultValue: 'no',
  },
  {
    name: 'test_device_list_path',
    title: 'List of test devices',
    summary:
      'a file of UDIDs, with commas or line breaks between them; used instead of the app’s test devices; a name may follow a UDID after a tab',
    type: 'path',
    defaultValue: '',
  },
  {
    name: 'min_profile_days_valid',
    title: 'Profile days left',
    summary: 'replace profiles that expire within so many days',
    type: 'integer',
    defaultValue: '0',
    aliases: ['min_profile_validity'],
  },
  {
    name: 'certificate_urls',
    title: 'Certificates',
    summary: '.p12 files: paths, file:// or https:// addresses, with | between them',
    type: 'list',
    defaultValue: '$BITRISE_CERTIFICATE_URL',
    sensitive: true,
    aliases: ['certificate_url_list'],
  },
  {
    name: 'passphrases',
    title: 'Passphrases',
    summary: 'of the .p12 files, in the same order, with | between them; may be empty',
    type: 'list',
    defaultValue: '$BITRISE_CERTIFICATE_PASSPHRASE',
    sensitive: true,
    aliases: ['passphrase_list'],
  },
  {
    name: 'create_certificate',
    title: 'Make a certificate',
    summary:
      'make one when none of those given fits, if Apple has a slot left, and keep it as a .p12 file in signing_folder',
    type: 'boolean',
    defaultValue: 'no',
  },
  {
    name: 'p12_passphrase',
    title: 'Passphrase for new .p12 files',
    summary:
      'printable ASCII; needed with create_certificate. Without macOS it also writes the certificates that sign into signing_folder',
    type: 'text',
    defaultValue: '',
    sensitive: true,
  },
  {
    name: 'signing_folder',
    title: 'Folder for signing assets',
    summary: 'where profiles, and certificates that were made, are kept (0600)',
    type: 'path',
    defaultValue: './cordon-signing',
  },
  {
    name: 'fallback_provisioning_profile_url_list',
    title: 'Fallback profiles',
    summary:
      'profiles to use when provisioning fails: paths, folders, file:// or https:// addresses, with | or line breaks between them',
    type: 'list',
    defaultValue: '',
    sensitive: true,
  },
  {
    name: 'update_project',
    title: 'Update the project',
    summary: 'set the project to manual signing with the new assets',
    type: 'boolean',
    defaultValue: 'yes',
  },
  {
    name: 'keychain_path',
    title: 'Keychain',
    summary: 'macOS: keychain that gets the identities',
    type: 'path',
    defaultValue: '$HOME/Library/Keychains/login.keychain',
  },
  {
    name: 'keychain_password',
    title: 'Keychain password',
    summary: 'macOS: its password',
    type: 'text',
    defaultValue: '$BITRISE_KEYCHAIN_PASSWORD',
    sensitive: true,
  },
  {
    name: 'output_file',
    title: 'Output file',
    summary: 'a dotenv file that gets the outputs',
    type: 'path',
    defaultValue: '',
  },
  {
    name: 'verbose_log',
    title: 'Verbose log',
    summary: 'tell each request to Apple with its status, time and request id',
    type: 'boolean',
    defaultValue: 'no',
  },
  ...BUILD_INPUTS,
]

export const OUTPUTS: readonly OutputDeclaration[] = [
  { name: 'BITRISE_EXPORT_METHOD', summary: 'the distribution type' },
  { name: 'BITRISE_DEVELOPER_TEAM', summary: 'team of the certificate for that distribution' },
  { name: 'BITRISE_DEVELOPMENT_CODESIGN_IDENTITY', summary: 'name of the development certificate' },
  { name: 'BITRISE_DEVELOPMENT_PROFILE', summary: 'UUID of the app’s development profile' },
  { name: 'BITRISE_PRODUCTION_CODESIGN_IDENTITY', summary: 'name of the distribution certificate' },
  { name: 'BITRISE_PRODUCTION_PROFILE', summary: 'UUID of the app’s distribution profile' },
  {
    name: 'CORDON_DEVELOPMENT_P12',
    summary: 'without macOS: file of the development certificate, if p12_passphrase is set',
  },
  {
    name: 'CORDON_PRODUCTION_P12',
    summary: 'without macOS: file of the distribution certificate, if p12_passphrase is set',
  },
  { name: 'CORDON_SIGNING_FOLDER', summary: 'folder with the profiles and, when they were made, certificates' },
]
