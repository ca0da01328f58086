import { childAt, childrenOf, isTagged, oidOf, readAsn1, untag } from './asn1.ts'

/** What Apple issued a certificate for. `distribution` covers App Store, ad-hoc and in-house. */
export type CertificateKind =
  | 'development'
  | 'distribution'
  | 'developer-id'
  | 'developer-id-installer'
  | 'mac-development'
  | 'mac-distribution'
  | 'mac-installer'
  | 'other'

// Apple's marker extensions. A certificate of the unified kinds ("Apple Development") carries the iOS and the macOS
// marker, so the iOS ones come first.
const KIND_BY_OID: readonly (readonly [oid: string, kind: CertificateKind])[] = [
  ['1.2.840.113635.100.6.1.2', 'development'],
  ['1.2.840.113635.100.6.1.4', 'distribution'],
  ['1.2.840.113635.100.6.1.13', 'developer-id'],
  ['1.2.840.113635.100.6.1.14', 'developer-id-installer'],
  ['1.2.840.113635.100.6.1.12', 'mac-development'],
  ['1.2.840.113635.100.6.1.7', 'mac-distribution'],
  ['1.2.840.113635.100.6.1.8', 'mac-installer'],
]

// For certificates without a marker. The first two kinds as Bitrise's signing engine tells them.
const KIND_BY_NAME: readonly (readonly [prefix: string, kind: CertificateKind])[] = [
  ['apple development', 'development'],
  ['iphone developer', 'development'],
  ['ios developer', 'development'],
  ['apple distribution', 'distribution'],
  ['iphone distribution', 'distribution'],
  ['developer id application', 'developer-id'],
  ['developer id installer', 'developer-id-installer'],
  ['mac developer', 'mac-development'],
  ['mac app distribution', 'mac-distribution'],
  ['3rd party mac developer application', 'mac-distribution'],
  ['mac installer distribution', 'mac-installer'],
  ['3rd party mac developer installer', 'mac-installer'],
]

const EXTENSIONS_TAG = 3

/** The OIDs of a certificate's extensions; node:crypto does not show those it does not know. Source: RFC 5280, 4.1. */
function extensionOids(der: Uint8Array): Set<string> {
  const toBeSigned = childrenOf(childAt(readAsn1(der), 0))
  const extensions = toBeSigned.find((field) => isTagged(field, EXTENSIONS_TAG))
  if (extensions === undefined) return new Set()
  return new Set(childrenOf(untag(extensions, EXTENSIONS_TAG)).map((extension) => oidOf(childAt(extension, 0))))
}

/** Tells the kind of a DER certificate by Apple's marker extension, or else by how its common name begins. */
export function kindOfCertificate(der: Uint8Array, commonName: string): CertificateKind {
  const oids = extensionOids(der)
  const byOid = KIND_BY_OID.find(([oid]) => oids.has(oid))
  const name = commonName.toLowerCase()
  const byName = KIND_BY_NAME.find(([prefix]) => name.startsWith(prefix))
  return (byOid ?? byName)?.[1] ?? 'other'
}
