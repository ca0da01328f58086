import { type BaseBlock, Constructed, fromBER, Integer, ObjectIdentifier, OctetString, Primitive } from 'asn1js'

/** One ASN.1 value as asn1js holds it. */
export type Asn1 = BaseBlock

/** The bytes are not the ASN.1 that was expected. Internal to this package: every reader turns it into its own error. */
export class Asn1Error extends Error {}

const CONTEXT_CLASS = 3
// Profiles carry some dozens of nodes and a .p12 a few hundred.
const LIMITS = { maxDepth: 40, maxNodes: 20_000, maxContentLength: 16 * 1024 * 1024 }

/** Reads one BER or DER value at the start of the bytes; what follows it is ignored, as Apple's own readers do. */
export function readAsn1(bytes: Uint8Array): Asn1 {
  const { offset, result } = fromBER(new Uint8Array(bytes), LIMITS)
  if (offset < 0) throw new Asn1Error(`not ASN.1: ${result.error}`)
  return result
}

/** The values inside a SEQUENCE, a SET or an explicit tag. */
export function childrenOf(node: Asn1): readonly Asn1[] {
  if (!(node instanceof Constructed)) throw new Asn1Error(`${node.constructor.name} where a list was expected`)
  return node.valueBlock.value
}

/** The value at a place of a SEQUENCE; throws when there is none. */
export function childAt(node: Asn1, index: number): Asn1 {
  const found = childrenOf(node)[index]
  if (found === undefined) throw new Asn1Error(`nothing at place ${index}`)
  return found
}

/** Says whether this is the value tagged `[tag]`. */
export function isTagged(node: Asn1, tag: number): boolean {
  return node.idBlock.tagClass === CONTEXT_CLASS && node.idBlock.tagNumber === tag
}

/** The one value inside `[tag] EXPLICIT`. */
export function untag(node: Asn1, tag: number): Asn1 {
  if (!isTagged(node, tag)) throw new Asn1Error(`no [${tag}] here`)
  return childAt(node, 0)
}

/** The bytes of an OCTET STRING or of a `[n] IMPLICIT OCTET STRING`, in one piece or, as BER allows, in several. */
export function octetsOf(node: Asn1): Uint8Array {
  if (node instanceof OctetString) return new Uint8Array(node.getValue())
  if (node instanceof Primitive) return node.valueBlock.valueHexView
  return Buffer.concat(childrenOf(node).map(octetsOf))
}

/** An object identifier in dotted form. */
export function oidOf(node: Asn1): string {
  if (!(node instanceof ObjectIdentifier)) throw new Asn1Error(`${node.constructor.name} where an OID was expected`)
  return node.getValue()
}

/** A small non-negative INTEGER, as counts and versions are. */
export function countOf(node: Asn1): number {
  if (!(node instanceof Integer)) throw new Asn1Error(`${node.constructor.name} where a number was expected`)
  const bytes = node.valueBlock.valueHexView
  const value = Number.parseInt(Buffer.from(bytes).toString('hex') || '0', 16)
  if (bytes.length > 6 || ((bytes[0] ?? 0) & 0x80) !== 0) throw new Asn1Error('a number out of range')
  return value
}

/** The DER bytes of a value that was built here. */
export function encode(node: Asn1): Uint8Array {
  return new Uint8Array(node.toBER())
}
