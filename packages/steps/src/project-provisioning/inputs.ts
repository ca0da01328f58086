import { type Secret, secret } from '@cordon/core/secret'
import { readBuildAccess } from '../build-connection/inputs.ts'
import type { TeamCredentialInputs } from '../build-connection/team-credentials.ts'
import { booleanInput, integerInput, invalid, listInput, outputFileInput, pathInput, textInput } from '../inputs.ts'
import { type CertificateSource, type KeychainChoice, readCertificates, readKeychain } from '../signing-inputs.ts'
import type { RawInputs, StepContext } from '../step.ts'
import { DISTRIBUTION_CHOICES, PLATFORM_CHOICES } from './declaration.ts'

/** Inputs of a step that provisions a project. */
export interface ProjectInputs extends TeamCredentialInputs {
  readonly distribution: (typeof DISTRIBUTION_CHOICES)[number]
  readonly projectPath: string
  readonly scheme: string | undefined
  readonly configuration: string | undefined
  readonly platform: (typeof PLATFORM_CHOICES)[number]
  readonly buildSettings: Readonly<Record<string, string>>
  readonly signUiTests: boolean
  readonly registerTestDevices: boolean
  /** Empty: the devices that the build server knows. */
  readonly testDeviceListPath: string
  readonly minProfileDaysValid: number
  readonly certificates: readonly CertificateSource[]
  /** Set when a certificate may be made: the passphrase of its file. */
  readonly newCertificatePassphrase: Secret<string> | undefined
  /** Set when certificates that sign are to be written as files. */
  readonly p12Passphrase: Secret<string> | undefined
  readonly fallbackProfiles: readonly string[]
  readonly signingFolder: string
  readonly updateProject: boolean
  readonly keychain: KeychainChoice | undefined
  readonly outputFile: string
  readonly isVerbose: boolean
  /**
   * Whether profiles that Xcode keeps at Apple serve a project that Xcode signs: `never`; `only` these; or `instead`, when own ones
   * cannot be had.
   */
  readonly managedProfiles: 'never' | 'only' | 'instead'
}

/** What a project is to get, apart from what opens the team. */
type WithoutCredentials = Omit<ProjectInputs, keyof TeamCredentialInputs | 'managedProfiles'> &
  Pick<ProjectInputs, 'build'>

/** Reads and checks the inputs that are the same for every way to a team. */
export function readProjectInputs(raw: RawInputs, { workingFolder, platform }: StepContext): WithoutCredentials {
  return {
    build: readBuildAccess(raw),
    distribution: oneOf(raw, 'distribution_type', DISTRIBUTION_CHOICES),
    projectPath: pathInput(raw, 'project_path', workingFolder),
    scheme: textInput(raw, 'scheme') || undefined,
    configuration: textInput(raw, 'configuration') || undefined,
    platform: oneOf(raw, 'platform', PLATFORM_CHOICES),
    buildSettings: readBuildSettings(raw),
    signUiTests: booleanInput(raw, 'sign_uitest_targets'),
    registerTestDevices: booleanInput(raw, 'register_test_devices'),
    testDeviceListPath: pathInput(raw, 'test_device_list_path', workingFolder),
    minProfileDaysValid: integerInput(raw, 'min_profile_days_valid'),
    certificates: readCertificates(raw),
    newCertificatePassphrase: booleanInput(raw, 'create_certificate') ? readPassphrase(raw, true) : undefined,
    p12Passphrase: readPassphrase(raw, false),
    fallbackProfiles: listInput(raw, 'fallback_provisioning_profile_url_list').filter((entry) => entry !== ''),
    signingFolder: pathInput(raw, 'signing_folder', workingFolder),
    updateProject: booleanInput(raw, 'update_project'),
    keychain: platform === 'darwin' ? readKeychain(raw, workingFolder) : undefined,
    outputFile: outputFileInput(raw, workingFolder),
    isVerbose: booleanInput(raw, 'verbose_log'),
  }
}

/** The value of a choice. Throws `step.input_invalid`. */
export function oneOf<const T extends string>(raw: RawInputs, name: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === textInput(raw, name))
  if (found === undefined) throw invalid(name, `one of ${choices.join(', ')}`)
  return found
}

function readBuildSettings(raw: RawInputs): Readonly<Record<string, string>> {
  const pairs = listInput(raw, 'build_settings')
    .filter((line) => line !== '')
    .map((line) => {
      const match = /^([A-Za-z_]\w*)\s*=(.*)$/.exec(line)
      if (match === null) throw invalid('build_settings', 'NAME=VALUE, one a line')
      return [match[1] ?? '', (match[2] ?? '').trim()] as const
    })
  return Object.fromEntries(pairs)
}

function readPassphrase(raw: RawInputs, isNeeded: boolean): Secret<string> | undefined {
  const passphrase = textInput(raw, 'p12_passphrase')
  if (passphrase === '' && !isNeeded) return undefined
  if (!/^[\x20-\x7e]{1,256}$/.test(passphrase))
    throw invalid(
      'p12_passphrase',
      `1 to 256 printable ASCII characters${isNeeded ? ', because create_certificate is "yes"' : ''}`,
    )
  return secret(passphrase)
}
