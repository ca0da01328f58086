import { childAt, octetsOf, oidOf, readAsn1, untag } from '../asn1.ts'

const SIGNED_DATA = '1.2.840.113549.1.7.2'
const BYTE_ORDER_MARK = '\ufeff'

/**
 * The property list inside a provisioning profile, as text. The profile is CMS SignedData in DER or in BER with its
 * content in pieces, or the bare property list, as some tools store it. No signature is looked at.
 * Source: RFC 5652, sections 3 and 5.
 */
export function profileText(bytes: Uint8Array): string {
  const isBare = Buffer.from(bytes.subarray(0, 64))
    .toString('utf8')
    .replace(BYTE_ORDER_MARK, '')
    .trimStart()
    .startsWith('<')
  const content = isBare ? bytes : signedContent(bytes)
  return Buffer.from(content).toString('utf8').replace(BYTE_ORDER_MARK, '')
}

function signedContent(bytes: Uint8Array): Uint8Array {
  const contentInfo = readAsn1(bytes)
  if (oidOf(childAt(contentInfo, 0)) !== SIGNED_DATA) throw new Error('CMS, but not signed data')
  const encapsulated = childAt(untag(childAt(contentInfo, 1), 0), 2)
  return octetsOf(untag(childAt(encapsulated, 1), 0))
}
