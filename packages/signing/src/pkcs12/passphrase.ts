import { signingErrors } from '../errors.ts'

/** A passphrase in the two spellings that a PKCS#12 file hashes. */
export interface PassphraseBytes {
  /** For the MAC and the PKCS#12 PBE: UTF-16BE with two zero bytes at the end. */
  readonly bmp: Uint8Array
  /** For PBES2. */
  readonly utf8: Uint8Array
}

const NO_BYTES = new Uint8Array()
const PORTABLE = /^[\x20-\x7e]{1,256}$/

function bmpString(text: string): Uint8Array {
  return Buffer.from(`${text}\0`, 'utf16le').swap16()
}

/**
 * The spellings to try. An empty passphrase has two, and exporters differ: the two zero bytes of an empty text,
 * and no bytes at all.
 */
export function spellingsOf(passphrase: string): readonly PassphraseBytes[] {
  const usual = { bmp: bmpString(passphrase), utf8: Buffer.from(passphrase, 'utf8') }
  return passphrase === '' ? [usual, { bmp: NO_BYTES, utf8: NO_BYTES }] : [usual]
}

/** The spelling to write a file with; throws `signing.passphrase_not_portable` for what macOS cannot take. */
export function portableSpelling(passphrase: string): PassphraseBytes {
  if (!PORTABLE.test(passphrase)) throw signingErrors.passphrase_not_portable()
  return { bmp: bmpString(passphrase), utf8: Buffer.from(passphrase, 'utf8') }
}
