import { CREDENTIAL_CHOICES } from '../build-connection/find-credentials.ts'
import { API_ISSUER_INPUT, API_KEY_ID_INPUT, API_KEY_PATH_INPUT, BUILD_INPUTS } from '../build-connection/inputs.ts'
import type { InputDeclaration, OutputDeclaration } from '../step.ts'

/** Inputs of the step under the names that users of the fastlane step know, and Cordon's own after them. */
export const INPUTS: readonly InputDeclaration[] = [
  {
    name: 'lane',
    title: 'Lane',
    summary:
      'what comes after “fastlane” on a command line: the lane, its platform and its options, with quotes as in a shell',
    type: 'text',
    required: true,
    defaultValue: '',
  },
  {
    name: 'work_dir',
    title: 'Working folder',
    summary: 'the folder that holds the fastlane folder',
    type: 'path',
    defaultValue: '$BITRISE_SOURCE_DIR',
  },
  {
    name: 'connection',
    title: 'Apple connection',
    summary:
      'automatic: the app’s key, else its Apple ID, else the inputs; api_key: the app’s key only; apple_id: the app’s Apple ID only; off: the inputs only, no server is asked. Without any of them the lane runs with what it brings itself',
    type: 'choice',
    required: true,
    defaultValue: 'automatic',
    choices: CREDENTIAL_CHOICES,
    choiceAliases: { 'api-key': 'api_key', 'apple-id': 'apple_id' },
  },
  API_KEY_PATH_INPUT,
  API_KEY_ID_INPUT,
  API_ISSUER_INPUT,
  {
    name: 'api_key_enterprise_account',
    title: 'Enterprise key',
    summary: 'the key of api_key_path belongs to an Enterprise Program team',
    type: 'boolean',
    defaultValue: 'no',
  },
  {
    name: 'apple_id',
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
    summary: 'for uploads with an Apple ID; that of the connection wins',
    type: 'text',
    defaultValue: '',
    sensitive: true,
  },
  {
    name: 'update_fastlane',
    title: 'Update fastlane',
    summary: 'install the newest fastlane first; without effect where a lock file names its version',
    type: 'choice',
    defaultValue: 'true',
    choices: ['true', 'false'],
    choiceAliases: { yes: 'true', no: 'false' },
  },
  {
    name: 'verbose_log',
    title: 'Verbose log',
    summary: 'run fastlane with --verbose, and tell which variables it gets',
    type: 'boolean',
    defaultValue: 'no',
  },
  {
    name: 'enable_cache',
    title: 'Cache dependencies',
    summary: 'name the folders of CocoaPods, Carthage and Gradle to the build cache (Bitrise)',
    type: 'boolean',
    defaultValue: 'yes',
  },
  {
    name: 'export_session',
    title: 'Hand the session on',
    summary:
      'set FASTLANE_SESSION and FASTLANE_USER for later steps too; whatever runs later in the build can then use the Apple ID',
    type: 'boolean',
    defaultValue: 'no',
  },
  {
    name: 'deploy_dir',
    title: 'Deploy folder',
    summary: 'where fastlane’s logs are moved to; without it they are not kept',
    type: 'path',
    defaultValue: '$BITRISE_DEPLOY_DIR',
  },
  {
    name: 'output_file',
    title: 'Output file',
    summary: 'a dotenv file (0600) that gets the outputs',
    type: 'path',
    defaultValue: '',
  },
  ...BUILD_INPUTS,
]

export const OUTPUTS: readonly OutputDeclaration[] = [
  { name: 'FASTLANE_SESSION', summary: 'session of the Apple ID, if export_session is yes', sensitive: true },
  { name: 'FASTLANE_USER', summary: 'e-mail of the Apple ID, if export_session is yes' },
  { name: 'BITRISE_CACHE_INCLUDE_PATHS', summary: 'Bitrise: folders to cache, if enable_cache is yes' },
]
