import type { InputDeclaration, OutputDeclaration } from '../step.ts'

/** How the signed app reaches devices; `automatic` takes it from the profiles when they agree. */
export const RESIGN_DISTRIBUTIONS = ['automatic', 'development', 'app-store', 'ad-hoc', 'enterprise'] as const

/** Inputs of the step; those that other steps have too carry the same names. */
export const INPUTS: readonly InputDeclaration[] = [
  {
    name: 'ipa_path',
    title: 'App',
    summary: 'the .ipa to sign again; it is not changed',
    type: 'path',
    required: true,
    defaultValue: '$BITRISE_IPA_PATH',
  },
  {
    name: 'output_ipa_path',
    title: 'Signed app',
    summary: 'where the signed .ipa goes; without it, beside the original with “-resigned” in its name',
    type: 'path',
    defaultValue: '',
  },
  {
    name: 'certificate_urls',
    title: 'Certificates',
    summary:
      '.p12 files: paths, file:// or https:// addresses, with | between them; the one that the profiles allow signs',
    type: 'list',
    required: true,
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
    name: 'provisioning_profile_urls',
    title: 'Profiles',
    summary:
      'one for the app and for each extension, App Clip and watch app in it: paths, folders, file:// or https:// addresses, with | or line breaks between them',
    type: 'list',
    required: true,
    defaultValue: '$BITRISE_PROVISION_URL',
    sensitive: true,
    aliases: ['provisioning_profile_url_list'],
  },
  {
    name: 'distribution_type',
    title: 'Distribution',
    summary: 'needed when profiles for more than one fit',
    type: 'choice',
    defaultValue: 'automatic',
    choices: RESIGN_DISTRIBUTIONS,
    aliases: ['distribution_method'],
  },
  {
    name: 'bundle_id',
    title: 'New bundle ID',
    summary: 'of the app; what lies in it and has a bundle ID below the old one gets one below the new one',
    type: 'text',
    defaultValue: '',
  },
  {
    name: 'bundle_version',
    title: 'New version',
    summary: 'CFBundleShortVersionString of the app and of what lies in it',
    type: 'text',
    defaultValue: '',
  },
  {
    name: 'build_number',
    title: 'New build number',
    summary: 'CFBundleVersion of the app and of what lies in it',
    type: 'text',
    defaultValue: '',
  },
  {
    name: 'keychain_path',
    title: 'Keychain',
    summary: 'keychain that gets the identity while the step runs; without it, one that the step makes and deletes',
    type: 'path',
    defaultValue: '',
  },
  {
    name: 'keychain_password',
    title: 'Keychain password',
    summary: 'its password; needed with keychain_path',
    type: 'text',
    defaultValue: '',
    sensitive: true,
  },
  {
    name: 'output_file',
    title: 'Output file',
    summary: 'a dotenv file that gets the outputs',
    type: 'path',
    defaultValue: '',
  },
]

export const OUTPUTS: readonly OutputDeclaration[] = [
  { name: 'BITRISE_IPA_PATH', summary: 'the signed .ipa, for the steps that follow' },
  { name: 'BITRISE_EXPORT_METHOD', summary: 'the distribution it is signed for' },
  { name: 'BITRISE_DEVELOPER_TEAM', summary: 'team that it is signed by' },
]
