import { dirname, join, parse } from 'node:path'
import { stepErrors } from '../errors.ts'
import { invalid, listInput, outputFileInput, pathInput, textInput } from '../inputs.ts'
import { type CertificateSource, type KeychainChoice, readCertificates, readKeychain } from '../signing-inputs.ts'
import type { RawInputs, StepContext } from '../step.ts'
import { RESIGN_DISTRIBUTIONS } from './declaration.ts'

export interface ResignInputs {
  readonly ipaPath: string
  readonly outputPath: string
  readonly certificates: readonly CertificateSource[]
  readonly profiles: readonly string[]
  readonly distribution: (typeof RESIGN_DISTRIBUTIONS)[number]
  /** Undefined: as it is. */
  readonly bundleId: string | undefined
  readonly version: string | undefined
  readonly buildNumber: string | undefined
  /** Undefined: a keychain of the step's own. */
  readonly keychain: KeychainChoice | undefined
  readonly outputFile: string
}

/** What an input's value must look like, and how that is said. */
const FORMS: Readonly<Record<string, readonly [pattern: RegExp, accepted: string]>> = {
  bundle_id: [/^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/, 'a bundle ID: letters, digits and dashes with dots between them'],
  bundle_version: [/^\d+(?:\.\d+){0,2}$/, 'one to three numbers with dots between them'],
  build_number: [/^\d+(?:\.\d+){0,2}$/, 'one to three numbers with dots between them'],
}

/** Reads and checks the inputs of the step. */
export function readResignInputs(raw: RawInputs, { workingFolder }: StepContext): ResignInputs {
  const ipaPath = pathInput(raw, 'ipa_path', workingFolder)
  const outputPath = pathInput(raw, 'output_ipa_path', workingFolder) || besideOriginal(ipaPath)
  if (outputPath === ipaPath)
    throw invalid('output_ipa_path', 'another file than ipa_path: the original is not changed')
  const distribution = RESIGN_DISTRIBUTIONS.find((choice) => choice === textInput(raw, 'distribution_type'))
  return {
    ipaPath,
    outputPath,
    certificates: readCertificates(raw),
    profiles: listInput(raw, 'provisioning_profile_urls').filter((entry) => entry !== ''),
    distribution: distribution ?? 'automatic',
    bundleId: formed(raw, 'bundle_id'),
    version: formed(raw, 'bundle_version'),
    buildNumber: formed(raw, 'build_number'),
    keychain: textInput(raw, 'keychain_path') === '' ? undefined : readGivenKeychain(raw, workingFolder),
    outputFile: outputFileInput(raw, workingFolder),
  }
}

function besideOriginal(ipaPath: string): string {
  const { name, ext } = parse(ipaPath)
  return join(dirname(ipaPath), `${name}-resigned${ext}`)
}

function formed(raw: RawInputs, name: string): string | undefined {
  const value = textInput(raw, name)
  const [pattern, accepted] = FORMS[name] ?? [/$/, '']
  if (value !== '' && !pattern.test(value)) throw invalid(name, accepted)
  return value || undefined
}

function readGivenKeychain(raw: RawInputs, workingFolder: string): KeychainChoice {
  if (textInput(raw, 'keychain_password') !== '') return readKeychain(raw, workingFolder)
  throw stepErrors.input_missing(
    { input: 'keychain_password' },
    { detail: '"keychain_password": keychain_path and keychain_password are needed together' },
  )
}
