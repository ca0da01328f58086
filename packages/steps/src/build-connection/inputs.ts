import { secret } from '@cordon/core/secret'
import { stepErrors } from '../errors.ts'
import { invalid, textInput } from '../inputs.ts'
import { isSafeAddress } from '../safe-address.ts'
import type { InputDeclaration, RawInputs } from '../step.ts'
import type { BuildAccess } from './fetch-portal-data.ts'

/** Where the running build is, as every step takes it. */
export const BUILD_INPUTS: readonly InputDeclaration[] = [
  {
    name: 'build_url',
    title: 'Build URL',
    summary: 'not to be changed; file:// reads a stored answer',
    type: 'text',
    defaultValue: '$BITRISE_BUILD_URL',
  },
  {
    name: 'build_api_token',
    title: 'Build token',
    summary: 'not to be changed',
    type: 'text',
    defaultValue: '$BITRISE_BUILD_API_TOKEN',
    sensitive: true,
  },
]

/** Reads them; undefined without a build. Throws `step.input_invalid`, `step.insecure_address`. */
export function readBuildAccess(raw: RawInputs): BuildAccess | undefined {
  const buildUrl = textInput(raw, 'build_url')
  const token = textInput(raw, 'build_api_token')
  if (buildUrl === '' || token === '') return undefined
  if (!URL.canParse(buildUrl) || !/^(https?|file):$/.test(new URL(buildUrl).protocol))
    throw invalid('build_url', 'an https:// or file:// address, or an http:// address of this machine')
  if (!buildUrl.startsWith('file:') && !isSafeAddress(buildUrl))
    throw stepErrors.insecure_address({ input: 'build_url' }, { detail: '"build_url" is an http:// address' })
  return { buildUrl, buildToken: secret(token) }
}

/** A key that a step is given as a file. */
export const API_KEY_PATH_INPUT: InputDeclaration = {
  name: 'api_key_path',
  title: 'API key file',
  summary: 'the .p8 file: a path, file:// or https:// address; AuthKey_<key id>.p8 tells the key id',
  type: 'path',
  defaultValue: '',
  sensitiveAddress: true,
}

/** The key id, for key files whose name does not tell it. */
export const API_KEY_ID_INPUT: InputDeclaration = {
  name: 'api_key_id',
  title: 'API key id',
  summary: 'when the file name does not tell it',
  type: 'text',
  defaultValue: '',
}

/** The issuer of a key that a step is given as a file. */
export const API_ISSUER_INPUT: InputDeclaration = {
  name: 'api_issuer',
  title: 'Issuer id',
  summary: 'needed with api_key_path',
  type: 'text',
  defaultValue: '',
  aliases: ['api_key_issuer_id'],
}

/** The error for one of two inputs that are needed together. */
export function neededTogether(pair: string, missing: string) {
  return stepErrors.input_missing({ input: missing }, { detail: `"${missing}": ${pair} are needed together` })
}
