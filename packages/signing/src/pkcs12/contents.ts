import { Set as Asn1Set, BmpString } from 'asn1js'
import { type Asn1, childAt, childrenOf, octetsOf, oidOf, readAsn1, untag } from '../asn1.ts'
import { decrypt } from './decryption.ts'
import { OID } from './oids.ts'
import type { PassphraseBytes } from './passphrase.ts'
import type { WorkBudget } from './work-budget.ts'

/** What one PKCS#12 file holds, opened but not yet understood. */
export interface Contents {
  readonly certificates: readonly Uint8Array[]
  readonly keys: readonly KeyBag[]
}

export interface KeyBag {
  /** PKCS#8, DER. */
  readonly pkcs8: Uint8Array
  readonly friendlyName: string | undefined
}

/** How to open what is encrypted. */
export interface Opener {
  readonly passphrase: PassphraseBytes
  readonly budget: WorkBudget
}

const MAX_NESTING = 4

/** Opens the authenticated safe, the list of parts of a PKCS#12 file. Source: RFC 7292, section 4. */
export async function openSafes(authenticatedSafe: Uint8Array, opener: Opener): Promise<Contents> {
  const parts: Contents[] = []
  for (const contentInfo of childrenOf(readAsn1(authenticatedSafe))) {
    const safe = await safeContents(contentInfo, opener)
    if (safe !== undefined) parts.push(await openBags(readAsn1(safe), opener))
  }
  return joined(parts)
}

function joined(parts: readonly Contents[]): Contents {
  return { certificates: parts.flatMap((part) => part.certificates), keys: parts.flatMap((part) => part.keys) }
}

async function safeContents(contentInfo: Asn1, { passphrase, budget }: Opener): Promise<Uint8Array | undefined> {
  const type = oidOf(childAt(contentInfo, 0))
  if (type === OID.data) return octetsOf(untag(childAt(contentInfo, 1), 0))
  if (type !== OID.encryptedData) return undefined
  const encrypted = childAt(untag(childAt(contentInfo, 1), 0), 1)
  const [, algorithm, data] = childrenOf(encrypted)
  if (algorithm === undefined || data === undefined) throw new Error('an encrypted part without content')
  return decrypt(algorithm, octetsOf(data), passphrase, budget)
}

async function openBags(bags: Asn1, opener: Opener, depth = 0): Promise<Contents> {
  if (depth > MAX_NESTING) throw new Error('bags nested too deeply')
  const parts: Contents[] = []
  for (const bag of childrenOf(bags)) parts.push(await openBag(bag, opener, depth))
  return joined(parts)
}

async function openBag(bag: Asn1, opener: Opener, depth: number): Promise<Contents> {
  const type = oidOf(childAt(bag, 0))
  const value = untag(childAt(bag, 1), 0)
  if (type === OID.certBag) return { certificates: certificateIn(value), keys: [] }
  if (type === OID.safeContentsBag) return openBags(value, opener, depth + 1)
  if (type !== OID.keyBag && type !== OID.shroudedKeyBag) return { certificates: [], keys: [] }
  const pkcs8 = type === OID.keyBag ? new Uint8Array(value.toBER()) : await openKey(value, opener)
  return { certificates: [], keys: [{ pkcs8, friendlyName: friendlyNameOf(bag) }] }
}

function certificateIn(certBag: Asn1): readonly Uint8Array[] {
  if (oidOf(childAt(certBag, 0)) !== OID.x509Certificate) return []
  return [octetsOf(untag(childAt(certBag, 1), 0))]
}

function openKey(encryptedKey: Asn1, { passphrase, budget }: Opener): Promise<Uint8Array> {
  return decrypt(childAt(encryptedKey, 0), octetsOf(childAt(encryptedKey, 1)), passphrase, budget)
}

function friendlyNameOf(bag: Asn1): string | undefined {
  const attributes = childrenOf(bag)[2]
  if (!(attributes instanceof Asn1Set)) return undefined
  const named = childrenOf(attributes).find((attribute) => oidOf(childAt(attribute, 0)) === OID.friendlyName)
  const value = named && childrenOf(childAt(named, 1))[0]
  return value instanceof BmpString ? value.getValue() : undefined
}
