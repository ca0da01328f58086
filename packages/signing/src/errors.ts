import { type CordonError, defineErrors, details, isCordonError } from '@cordon/core/errors'

/** What can go wrong with certificates, keys, PKCS#12 files, provisioning profiles and keychains. */
export const signingErrors = defineErrors('signing', {
  not_a_certificate: {
    status: 400,
    title: 'This is not an X.509 certificate',
    remedy: 'Give the certificate as Apple serves it: a .cer file (DER), PEM, or base64 of the DER bytes.',
  },
  certificate_expired: {
    status: 409,
    title: 'The certificate has expired',
    remedy: 'Create a new certificate at Apple and use it in place of this one.',
    details: details<{ commonName: string; serialNumber: string; expiredAt: number }>(),
  },
  certificate_not_yet_valid: {
    status: 409,
    title: 'The certificate is not valid yet',
    remedy: "Check this machine's clock, or wait until the certificate becomes valid.",
    details: details<{ commonName: string; serialNumber: string; validFrom: number }>(),
  },
  not_a_private_key: {
    status: 400,
    title: 'This is not a usable private key',
    remedy: 'Give an RSA private key of 2,048 bits, the one the certificate was requested with.',
  },
  subject_invalid: {
    status: 400,
    title: 'The subject of the certificate request is not valid',
    remedy: 'Change the named field to what is accepted.',
    details: details<{ field: string; accepted: string }>(),
  },
  not_a_pkcs12: {
    status: 400,
    title: 'This is not a readable PKCS#12 (.p12) file',
    remedy: 'Export certificate and private key together as a .p12 from Keychain Access, and give that file unchanged.',
  },
  wrong_passphrase: {
    status: 400,
    title: 'The passphrase does not open the .p12 file',
    remedy: 'Give the passphrase that was typed when the .p12 was exported; leave it empty if there was none.',
  },
  unsupported_encryption: {
    status: 400,
    title: 'The .p12 file uses an encryption that is not supported',
    remedy: 'Export it again with 3DES or AES-256 (for example "openssl pkcs12 -export" with its defaults).',
    details: details<{ algorithm: string }>(),
  },
  no_identity: {
    status: 400,
    title: 'There is no signing identity in the file',
    remedy: 'Export the certificate together with its private key; either of them alone cannot sign.',
    details: details<{ certificates: number; privateKeys: number }>(),
  },
  several_identities: {
    status: 400,
    title: 'There is more than one signing identity in the file',
    remedy: 'Export only the identity that is meant, and give that file.',
    details: details<{ commonNames: readonly string[] }>(),
  },
  key_mismatch: {
    status: 400,
    title: 'The private key does not belong to the certificate',
    remedy: 'Give the private key that the certificate was requested with.',
    details: details<{ commonName: string }>(),
  },
  passphrase_not_portable: {
    status: 400,
    title: 'This passphrase would make a .p12 file that macOS cannot open',
    remedy: 'Choose a passphrase of 1 to 256 printable ASCII characters.',
  },
  not_a_profile: {
    status: 400,
    title: 'This is not a provisioning profile',
    remedy: 'Give the .mobileprovision or .provisionprofile file as downloaded from Apple.',
  },
  profile_incomplete: {
    status: 400,
    title: 'The provisioning profile lacks a field or has an unexpected value in it',
    remedy: 'Download the profile from Apple again.',
    details: details<{ field: string }>(),
  },
  profile_expired: {
    status: 409,
    title: 'The provisioning profile has expired',
    remedy: 'Create the profile at Apple anew and use it in place of this one.',
    details: details<{ name: string; uuid: string; expiredAt: number }>(),
  },
  profile_signature_invalid: {
    status: 400,
    title: 'The signature of the provisioning profile is not valid',
    remedy: 'Download the profile from Apple again; do not use this file.',
    details: details<{ reason: string }>(),
  },
  keychain_command_failed: {
    status: 502,
    kind: 'upstream',
    title: 'A command of the macOS keychain failed',
    remedy: "Check the keychain's path and password on the build machine, and what the command printed.",
    details: details<{ command: string; exitCode: number; output: string }>(),
  },
  keychain_argument_invalid: {
    status: 400,
    title: 'A value cannot be passed to the macOS keychain',
    remedy: 'Remove line breaks and NUL characters from the named value, and keep it under 1,000 characters.',
    details: details<{ field: string }>(),
  },
  keychain_identity_missing: {
    status: 502,
    kind: 'upstream',
    title: 'The identity is not usable in the keychain after it was imported',
    remedy:
      "Check on the build machine that Apple's intermediate certificates are installed and the keychain is unlocked.",
    details: details<{ commonName: string; sha1Fingerprint: string }>(),
  },
  folder_not_private: {
    status: 409,
    title: 'The folder for secret files belongs to someone else or is open to others',
    remedy: 'Remove the folder, or choose another place for temporary files that only this user can write.',
    details: details<{ folder: string }>(),
  },
})

/**
 * Runs a parser over bytes that anyone may have made. Whatever a library throws at them becomes `otherwise(cause)`;
 * errors of the catalogue pass.
 */
export function parsing<T>(otherwise: (cause: unknown) => CordonError, parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    throw isCordonError(cause) ? cause : otherwise(cause)
  }
}
