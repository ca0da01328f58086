import { type Secret, secret } from '@cordon/core/secret'
import { split } from 'shlex'
import type { BuildAccess } from '../build-connection/fetch-portal-data.ts'
import { neededTogether, readBuildAccess } from '../build-connection/inputs.ts'
import { stepErrors } from '../errors.ts'
import { booleanInput, invalid, pathInput, textInput } from '../inputs.ts'
import { isSafeAddress } from '../safe-address.ts'
import type { RawInputs, StepContext } from '../step.ts'
import { FASTLANE_CONNECTIONS, type FastlaneConnection } from './declaration.ts'

/** A key given to the step itself. */
export interface KeyFileInputs {
  /** Path, `file://` or `https://` address. */
  readonly location: string
  /** Empty: the file's name tells it. */
  readonly keyId: string
  readonly issuerId: string
  readonly isEnterprise: boolean
}

/** An Apple ID given to the step itself. Without an account name only the app-specific password counts, beside a connection. */
export interface AppleIdInputs {
  readonly accountName: string
  readonly password: Secret<string>
  readonly appSpecificPassword: Secret<string> | undefined
}

export interface FastlaneInputs {
  /** Arguments of fastlane, one a word. */
  readonly lane: readonly string[]
  readonly workingFolder: string
  readonly connection: FastlaneConnection
  readonly build: BuildAccess | undefined
  readonly keyInputs: KeyFileInputs | undefined
  readonly appleIdInputs: AppleIdInputs | undefined
  readonly updatesFastlane: boolean
  readonly isVerbose: boolean
  readonly namesCaches: boolean
  readonly exportsSession: boolean
  /** Empty: logs are not kept. */
  readonly deployFolder: string
  readonly outputFile: string
}

/** Reads and checks the inputs of the step. */
export function readFastlaneInputs(raw: RawInputs, { workingFolder }: StepContext): FastlaneInputs {
  const connection = FASTLANE_CONNECTIONS.find((choice) => choice === textInput(raw, 'connection')) ?? 'automatic'
  const keyInputs = readKeyInputs(raw)
  const appleIdInputs = readAppleIdInputs(raw)
  if (keyInputs !== undefined && appleIdInputs !== undefined)
    throw invalid('api_key_path', 'empty when apple_id, password or app_password is set: one way to Apple, not two')
  return {
    lane: readLane(raw),
    workingFolder: pathInput(raw, 'work_dir', workingFolder) || workingFolder,
    connection,
    build: readBuildAccess(raw),
    keyInputs,
    appleIdInputs,
    updatesFastlane: textInput(raw, 'update_fastlane') === 'true',
    isVerbose: booleanInput(raw, 'verbose_log'),
    namesCaches: booleanInput(raw, 'enable_cache'),
    exportsSession: booleanInput(raw, 'export_session'),
    deployFolder: pathInput(raw, 'deploy_dir', workingFolder),
    outputFile: pathInput(raw, 'output_file', workingFolder),
  }
}

function readLane(raw: RawInputs): readonly string[] {
  const words = splitWords(textInput(raw, 'lane'))
  if (words.length === 0) throw invalid('lane', 'the name of a lane')
  return words
}

function splitWords(text: string): readonly string[] {
  try {
    return split(text)
  } catch {
    throw invalid('lane', 'words with quotes that are closed')
  }
}

function readKeyInputs(raw: RawInputs): KeyFileInputs | undefined {
  const location = textInput(raw, 'api_key_path')
  const issuerId = textInput(raw, 'api_issuer')
  if (location === '' && issuerId === '') return undefined
  if (location === '' || issuerId === '')
    throw neededTogether('api_key_path and api_issuer', location === '' ? 'api_key_path' : 'api_issuer')
  if (/^http:/i.test(location) && !isSafeAddress(location))
    throw stepErrors.insecure_address({ input: 'api_key_path' }, { detail: '"api_key_path" is an http:// address' })
  const isEnterprise = booleanInput(raw, 'api_key_enterprise_account')
  return { location, keyId: textInput(raw, 'api_key_id'), issuerId, isEnterprise }
}

function readAppleIdInputs(raw: RawInputs): AppleIdInputs | undefined {
  const accountName = textInput(raw, 'apple_id')
  const password = textInput(raw, 'password')
  const appPassword = textInput(raw, 'app_password')
  if ((accountName === '') !== (password === ''))
    throw neededTogether('apple_id and password', accountName === '' ? 'apple_id' : 'password')
  if (accountName === '' && appPassword === '') return undefined
  return {
    accountName,
    password: secret(password),
    appSpecificPassword: appPassword === '' ? undefined : secret(appPassword),
  }
}
