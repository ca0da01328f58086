import { secret } from '@cordon/core/secret'
import { split } from 'shlex'
import { type AppleIdInputs, CREDENTIAL_CHOICES, type CredentialInputs } from '../build-connection/find-credentials.ts'
import { neededTogether, readBuildAccess } from '../build-connection/inputs.ts'
import { readKeyInputs } from '../build-connection/key-file.ts'
import { booleanInput, invalid, outputFileInput, pathInput, textInput } from '../inputs.ts'
import type { RawInputs, StepContext } from '../step.ts'

export interface FastlaneInputs extends CredentialInputs {
  /** Arguments of fastlane, one a word. */
  readonly lane: readonly string[]
  readonly workingFolder: string
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
  const connection = CREDENTIAL_CHOICES.find((choice) => choice === textInput(raw, 'connection')) ?? 'automatic'
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
    outputFile: outputFileInput(raw, workingFolder),
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
