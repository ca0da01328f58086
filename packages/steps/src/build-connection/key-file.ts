import { basename } from 'node:path'
import type { AppleKey } from '@cordon/apple/app-store-connect/client'
import { keyIdFromFileName } from '@cordon/apple/key-id'
import { secret } from '@cordon/core/secret'
import { stepErrors } from '../errors.ts'
import { fetchFile, isWebAddress } from '../fetch-file.ts'
import { booleanInput, invalid, textInput } from '../inputs.ts'
import { isSafeAddress } from '../safe-address.ts'
import type { RawInputs, StepContext } from '../step.ts'
import { neededTogether } from './inputs.ts'

/** A key given to the step itself instead of by the build server. */
export interface KeyInputs {
  /** Path, `file://` or `https://` address. */
  readonly location: string
  /** Empty: the file's name tells it, as in `AuthKey_<id>.p8`. */
  readonly keyId: string
  readonly issuerId: string
  readonly isEnterprise: boolean
}

/** A key of a team, which has an issuer. */
export type TeamKey = AppleKey & { readonly issuerId: string }

/** Undefined: none is given. Throws `step.input_missing` and `step.insecure_address`. */
export function readKeyInputs(raw: RawInputs): KeyInputs | undefined {
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

const MAX_KEY_BYTES = 16 * 1024

/** Reads the key. Throws `step.input_invalid` for a file that cannot be read or does not tell the key id. */
export async function readKeyFile(
  { location, keyId, issuerId, isEnterprise }: KeyInputs,
  context: StepContext,
): Promise<TeamKey> {
  const name = basename(URL.canParse(location) ? new URL(location).pathname : location)
  const id = keyId || keyIdFromFileName(name)
  // The name in a web address may be what opens the file.
  const named = isWebAddress(location) ? 'the file' : `"${name}"`
  if (id === undefined) throw invalid('api_key_id', `set, because ${named} is not named AuthKey_<key id>.p8`)
  const bytes = await fetchFile(location, MAX_KEY_BYTES, context).catch(() => {
    throw invalid('api_key_path', 'the path or address of a .p8 file that can be read')
  })
  const privateKey = secret(Buffer.from(bytes).toString('utf8'))
  return { kind: isEnterprise ? 'enterprise' : 'team', keyId: id, issuerId, privateKey }
}
