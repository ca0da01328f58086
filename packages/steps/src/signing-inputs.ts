import { type Secret, secret } from '@cordon/core/secret'
import { stepErrors } from './errors.ts'
import { invalid, listInput, pathInput, textInput } from './inputs.ts'
import { isSafeAddress } from './safe-address.ts'
import type { RawInputs } from './step.ts'

/** A .p12 file that was given. */
export interface CertificateSource {
  readonly location: string
  readonly passphrase: Secret<string>
}

/** The pairs of `certificate_urls` and `passphrases`. Throws `step.input_invalid` when one list is longer. */
export function readCertificates(raw: RawInputs): readonly CertificateSource[] {
  const locations = listInput(raw, 'certificate_urls')
  const passphrases = listInput(raw, 'passphrases')
  // One certificate with an empty passphrase arrives as an empty list.
  const padded = locations.length === 1 && passphrases.length === 0 ? [''] : passphrases
  if (locations.length !== padded.length) {
    throw invalid(
      'passphrases',
      `a list as long as certificate_urls: there are ${locations.length} certificates and ${passphrases.length} passphrases`,
    )
  }
  const insecure = locations.findIndex((location) => /^https?:/i.test(location) && !isSafeAddress(location))
  if (insecure >= 0) {
    const detail = `entry ${insecure + 1} of "certificate_urls" is an http:// address`
    throw stepErrors.insecure_address({ input: 'certificate_urls' }, { detail })
  }
  return locations.map((location, index) => ({ location, passphrase: secret(padded[index] ?? '') }))
}

/** A keychain of the machine and the password that opens it. */
export interface KeychainChoice {
  readonly path: string
  readonly password: Secret<string>
}

export function readKeychain(raw: RawInputs, workingFolder: string): KeychainChoice {
  return { path: pathInput(raw, 'keychain_path', workingFolder), password: secret(textInput(raw, 'keychain_password')) }
}
