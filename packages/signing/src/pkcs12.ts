import { createPrivateKey, type KeyObject, randomBytes as secureRandomBytes } from 'node:crypto'
import { type Secret, secret } from '@cordon/core/secret'
import { type Certificate, matchesPrivateKey, readCertificate } from './certificate.ts'
import { parsing, signingErrors } from './errors.ts'
import { openPkcs12 } from './pkcs12/open.ts'
import { portableSpelling } from './pkcs12/passphrase.ts'
import { looksLikePem, readPem } from './pkcs12/pem.ts'
import { encodePkcs12 } from './pkcs12/write.ts'
import { type NamedKey, pairIdentities, type SigningIdentity } from './signing-identity.ts'

export interface ReadPkcs12Options {
  /** Certificates that lie beside the file, for tools that store the private key alone under the name `.p12`. */
  readonly certificates?: readonly Certificate[]
}

/**
 * Reads the signing identities of a `.p12` file: 3DES, AES and RC2, with or without a MAC, empty passphrase spelled
 * either way, RSA and EC keys, certificates of authorities beside them. PEM under the name `.p12` is read as well.
 * Whoever made the file controls its bytes; the work it can cause is bounded.
 * Errors: `signing.wrong_passphrase`, `.not_a_pkcs12`, `.unsupported_encryption`, `.no_identity`, `.key_mismatch`,
 * `.not_a_certificate`, `.not_a_private_key`.
 */
export async function readPkcs12(
  bytes: Uint8Array,
  passphrase: Secret<string>,
  { certificates: beside = [] }: ReadPkcs12Options = {},
): Promise<readonly [SigningIdentity, ...SigningIdentity[]]> {
  if (looksLikePem(bytes)) return identitiesOfPem(bytes, passphrase, beside)
  const contents = await openPkcs12(bytes, passphrase)
  const certificates = contents.certificates.map((der) => readCertificate(der))
  const keys = contents.keys.map(({ pkcs8, friendlyName }) => ({ key: secret(keyFrom(pkcs8)), friendlyName }))
  return pair([...certificates, ...beside], keys)
}

function identitiesOfPem(bytes: Uint8Array, passphrase: Secret<string>, beside: readonly Certificate[]) {
  const { certificates, keys } = readPem(bytes, passphrase.reveal())
  const named = keys.map((key) => ({ key: secret(key), friendlyName: undefined }))
  return pair([...certificates, ...beside], named)
}

function pair(certificates: readonly Certificate[], keys: readonly NamedKey[]) {
  return parsing(
    (cause) => signingErrors.not_a_private_key({}, { cause }),
    () => pairIdentities(certificates, keys),
  )
}

function keyFrom(pkcs8: Uint8Array): KeyObject {
  return parsing(
    (cause) => signingErrors.not_a_private_key({}, { cause }),
    () => createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' }),
  )
}

export interface WritePkcs12Input {
  readonly certificate: Certificate
  readonly privateKey: Secret<KeyObject>
  /** 1 to 256 printable ASCII characters: macOS loses others. */
  readonly passphrase: Secret<string>
  /** What Keychain Access shows as the key's name. The certificate's common name when left out. */
  readonly friendlyName?: string
  readonly randomBytes?: (size: number) => Uint8Array
}

/**
 * Writes an identity in the one form that every reader seen takes, macOS before 15 included: certificate and key both
 * encrypted with PBE-SHA1-3DES, SHA-1 MAC, 2,048 iterations, exactly one certificate and none of an authority.
 * 3DES and SHA-1 do not protect the file for long: keep it where only its reader comes, and do not let it lie about.
 * Errors: `signing.passphrase_not_portable`, `signing.key_mismatch`.
 */
export function writePkcs12(input: WritePkcs12Input): Secret<Uint8Array> {
  const { certificate, privateKey, passphrase, randomBytes = secureRandomBytes } = input
  const spelling = portableSpelling(passphrase.reveal())
  if (!matchesPrivateKey(certificate, privateKey)) {
    throw signingErrors.key_mismatch({ commonName: certificate.commonName })
  }
  const friendlyName = input.friendlyName ?? certificate.commonName
  const pkcs8 = privateKey.reveal().export({ format: 'der', type: 'pkcs8' })
  const parts = { certificateDer: certificate.der, pkcs8, friendlyName }
  return secret(encodePkcs12(parts, { passphrase: spelling.bmp, randomBytes }))
}
