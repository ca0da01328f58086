import type { SecurityCommand } from './security.ts'

/** SHA-1 fingerprints, in upper-case hexadecimal, of the code signing identities of a keychain. */
export interface KeychainIdentities {
  readonly present: ReadonlySet<string>
  /** Of those, the ones that macOS would sign with now: in date and with a trusted chain. */
  readonly valid: ReadonlySet<string>
}

const IDENTITY = /^\s*\d+\) ([0-9A-F]{40}) "/gm
const VALID_SECTION = /^\s*Valid identities only/m

/** Asks which code signing identities a keychain holds; what `security import` prints differs between versions of macOS. */
export async function findIdentities(security: SecurityCommand, path: string): Promise<KeychainIdentities> {
  const listed = await security.plain(['find-identity', '-p', 'codesigning', path])
  const [, valid = ''] = listed.split(VALID_SECTION)
  return { present: fingerprintsIn(listed), valid: fingerprintsIn(valid) }
}

function fingerprintsIn(text: string): Set<string> {
  return new Set([...text.matchAll(IDENTITY)].flatMap(([, fingerprint]) => fingerprint ?? []))
}
