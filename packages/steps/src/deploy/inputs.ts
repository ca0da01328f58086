import { secret } from '@cordon/core/secret'
import type { TestFlightWish } from '@cordon/delivery/engine/testflight/distribute'
import { type AppleIdInputs, CREDENTIAL_CHOICES, type CredentialInputs } from '../build-connection/find-credentials.ts'
import { neededTogether, readBuildAccess } from '../build-connection/inputs.ts'
import { readKeyInputs } from '../build-connection/key-file.ts'
import { stepErrors } from '../errors.ts'
import { booleanInput, integerInput, invalid, listInput, outputFileInput, pathInput, textInput } from '../inputs.ts'
import type { RawInputs, StepContext } from '../step.ts'
import { DEPLOY_PLATFORMS, type DeployPlatform } from './declaration.ts'
import { readDeliverOptions, wordsIn } from './deliver-options.ts'
import { deployErrors } from './errors.ts'

export interface DeployInputs extends CredentialInputs {
  readonly team: { readonly id: string; readonly name: string }
  /** Undefined: the store page only. */
  readonly file: string | undefined
  readonly platform: (typeof DEPLOY_PLATFORMS)[DeployPlatform]
  readonly appId: string | undefined
  readonly bundleId: string | undefined
  readonly submitsForReview: boolean
  readonly parts: { readonly texts: boolean; readonly screenshots: boolean }
  readonly updatesVersion: boolean
  /** Undefined: that of the build. */
  readonly appVersion: string | undefined
  readonly metadataFolder: string
  readonly waitsForProcessing: boolean
  readonly processingTimeoutMinutes: number
  readonly testflight: Omit<TestFlightWish, 'notes'> & {
    readonly note: { readonly locale: string; readonly text: string } | undefined
    /** Empty: none. */
    readonly notesFolder: string
  }
  readonly stateFolder: string
  readonly transporterArguments: readonly string[]
  readonly outputFile: string
  readonly isVerbose: boolean
  /** Inputs that were set and have no effect, for a word about them. */
  readonly withoutEffect: readonly string[]
}

/** Reads and checks the inputs of the step. */
export function readDeployInputs(raw: RawInputs, context: StepContext): DeployInputs {
  const { workingFolder } = context
  const keyInputs = readKeyInputs(raw)
  const appleIdInputs = readAppleIdInputs(raw)
  if (keyInputs !== undefined && appleIdInputs !== undefined)
    throw invalid(
      'api_key_path',
      'empty when itunescon_user, password or app_password is set: one way to Apple, not two',
    )
  const file = pathInput(raw, 'ipa_path', workingFolder) || pathInput(raw, 'pkg_path', workingFolder) || undefined
  const parts = { texts: !booleanInput(raw, 'skip_metadata'), screenshots: !booleanInput(raw, 'skip_screenshots') }
  const submitsForReview = booleanInput(raw, 'submit_for_review')
  if (file === undefined && !parts.texts && !parts.screenshots && !submitsForReview)
    throw deployErrors.nothing_to_deploy()
  const [appId, bundleId] = [digits(raw, 'app_id'), textInput(raw, 'bundle_id') || undefined]
  if (file === undefined && appId === undefined && bundleId === undefined)
    throw stepErrors.input_missing(
      { input: 'app_id' },
      { detail: '"app_id" or "bundle_id", without a file to read it from' },
    )
  const { appVersion } = readDeliverOptions(textInput(raw, 'options'))
  const platform = textInput(raw, 'platform') as DeployPlatform
  return {
    connection: CREDENTIAL_CHOICES.find((choice) => choice === textInput(raw, 'connection')) ?? 'automatic',
    build: readBuildAccess(raw),
    ...{ keyInputs, appleIdInputs, file, parts, submitsForReview, appId, bundleId, appVersion },
    team: { id: textInput(raw, 'team_id'), name: textInput(raw, 'team_name') },
    platform: DEPLOY_PLATFORMS[platform],
    updatesVersion: !booleanInput(raw, 'skip_app_version_update'),
    metadataFolder: pathInput(raw, 'metadata_folder', workingFolder),
    waitsForProcessing: booleanInput(raw, 'wait_for_processing'),
    processingTimeoutMinutes: integerInput(raw, 'processing_timeout'),
    testflight: readTestFlight(raw, workingFolder),
    stateFolder: pathInput(raw, 'upload_state_folder', workingFolder),
    transporterArguments: wordsIn(textInput(raw, 'itms_upload_parameters'), 'itms_upload_parameters'),
    outputFile: outputFileInput(raw, workingFolder),
    isVerbose: booleanInput(raw, 'verbose_log'),
    withoutEffect: withoutEffect(raw),
  }
}

const FASTLANE_DEFAULTS: Readonly<Record<string, string>> = {
  gemfile_path: './Gemfile',
  fastlane_version: 'latest-stable',
}

function withoutEffect(raw: RawInputs): readonly string[] {
  return Object.entries(FASTLANE_DEFAULTS).flatMap(([name, usual]) =>
    textInput(raw, name) === usual || textInput(raw, name) === '' ? [] : [name],
  )
}

function digits(raw: RawInputs, name: string): string | undefined {
  const value = textInput(raw, name)
  if (value !== '' && !/^\d{1,20}$/.test(value)) throw invalid(name, 'Apple’s number of the app: digits only')
  return value || undefined
}

function readTestFlight(raw: RawInputs, workingFolder: string): DeployInputs['testflight'] {
  const text = textInput(raw, 'what_to_test')
  const keepsBuilds = integerInput(raw, 'keep_builds')
  const encryption = textInput(raw, 'uses_non_exempt_encryption')
  const filled = (name: string) => listInput(raw, name).filter((entry) => entry !== '')
  return {
    note: text === '' ? undefined : { locale: textInput(raw, 'what_to_test_locale') || 'en-US', text },
    notesFolder: pathInput(raw, 'what_to_test_folder', workingFolder),
    groups: filled('beta_groups'),
    testers: filled('beta_testers').map((email) => ({ email })),
    submitsForReview: booleanInput(raw, 'submit_for_beta_review'),
    keepsBuilds: keepsBuilds === 0 ? undefined : keepsBuilds,
    usesNonExemptEncryption: encryption === 'yes' || encryption === 'no' ? encryption === 'yes' : undefined,
  }
}

function readAppleIdInputs(raw: RawInputs): AppleIdInputs | undefined {
  const accountName = textInput(raw, 'itunescon_user')
  const appPassword = textInput(raw, 'app_password')
  const password = textInput(raw, 'password')
  const hasPassword = password !== ''
  // The password itself opens nothing here; an app-specific one is enough for a build.
  if (hasPassword && accountName === '') throw neededTogether('itunescon_user and password', 'itunescon_user')
  if (accountName !== '' && !hasPassword && appPassword === '')
    throw neededTogether('itunescon_user and password or app_password', 'password')
  if (accountName === '' && appPassword === '') return undefined
  return {
    accountName,
    password: secret(password),
    appSpecificPassword: appPassword === '' ? undefined : secret(appPassword),
  }
}
