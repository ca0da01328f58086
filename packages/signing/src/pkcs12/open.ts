import { type CordonError, isCordonError } from '@cordon/core/errors'
import type { Secret } from '@cordon/core/secret'
import { type Asn1, childAt, childrenOf, octetsOf, oidOf, readAsn1, untag } from '../asn1.ts'
import { parsing, signingErrors } from '../errors.ts'
import { type Contents, openSafes } from './contents.ts'
import { macFits } from './integrity.ts'
import { OID } from './oids.ts'
import { type PassphraseBytes, spellingsOf } from './passphrase.ts'
import { createWorkBudget, type WorkBudget } from './work-budget.ts'

const damaged = (cause: unknown): CordonError => signingErrors.not_a_pkcs12({}, { cause })
const wrong = (cause: unknown): CordonError => signingErrors.wrong_passphrase({}, { cause })

interface Outer {
  readonly authenticatedSafe: Uint8Array
  readonly macData: Asn1 | undefined
}

function outerOf(bytes: Uint8Array): Outer {
  const pfx = readAsn1(bytes)
  const [version, authSafe, macData] = childrenOf(pfx)
  if (version === undefined || authSafe === undefined) throw new Error('no content')
  if (oidOf(childAt(authSafe, 0)) !== OID.data) throw new Error('signed with a public key, not with a passphrase')
  return { authenticatedSafe: octetsOf(untag(childAt(authSafe, 1), 0)), macData }
}

/**
 * Opens a PKCS#12 file: checks its MAC, where there is one, and decrypts its parts.
 * Errors: `signing.wrong_passphrase`, `.not_a_pkcs12`, `.unsupported_encryption`.
 */
export async function openPkcs12(bytes: Uint8Array, passphrase: Secret<string>): Promise<Contents> {
  const outer = parsing(damaged, () => outerOf(bytes))
  const budget = createWorkBudget()
  // The MAC tells a wrong passphrase from a damaged file. Without one, anything wrong inside most likely is the passphrase.
  if (outer.macData === undefined) return openWithFirstOf(spellingsOf(passphrase.reveal()), outer, budget)
  const spelling = await fittingSpelling(passphrase, outer.authenticatedSafe, outer.macData, budget)
  return guarded(damaged, () => openSafes(outer.authenticatedSafe, { passphrase: spelling, budget }))
}

async function fittingSpelling(
  passphrase: Secret<string>,
  content: Uint8Array,
  macData: Asn1,
  budget: WorkBudget,
): Promise<PassphraseBytes> {
  for (const spelling of spellingsOf(passphrase.reveal())) {
    if (await guarded(damaged, () => macFits(macData, content, spelling, budget))) return spelling
  }
  throw signingErrors.wrong_passphrase()
}

async function openWithFirstOf(
  spellings: readonly PassphraseBytes[],
  { authenticatedSafe }: Outer,
  budget: WorkBudget,
): Promise<Contents> {
  let failure: unknown
  for (const passphrase of spellings) {
    try {
      return await guarded(wrong, () => openSafes(authenticatedSafe, { passphrase, budget }))
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

async function guarded<T>(otherwise: (cause: unknown) => CordonError, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw isCordonError(cause) ? cause : otherwise(cause)
  }
}
