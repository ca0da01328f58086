import { webcrypto } from 'node:crypto'
import { ObjectIdentifier, OctetString, UTCTime } from 'asn1js'
import {
  Attribute,
  type Certificate,
  ContentInfo,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
} from 'pkijs'

const DATA = '1.2.840.113549.1.7.1'
const SIGNED_DATA = '1.2.840.113549.1.7.2'
const CONTENT_TYPE = '1.2.840.113549.1.9.3'
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
const SIGNING_TIME = '1.2.840.113549.1.9.5'
// Apple's provisioning profiles: SHA-1 in all 35 real ones that were looked at.
const DIGEST = 'SHA-1'

/** Who signs a message: its certificate first, then the rest of the chain, which travels along. */
export interface Signer {
  readonly chain: readonly [Certificate, ...Certificate[]]
  readonly privateKey: webcrypto.CryptoKey
}

async function signedAttributes(payload: ArrayBuffer, at: Date): Promise<SignedAndUnsignedAttributes> {
  const digest = await webcrypto.subtle.digest(DIGEST, payload)
  return new SignedAndUnsignedAttributes({
    type: 0,
    attributes: [
      new Attribute({ type: CONTENT_TYPE, values: [new ObjectIdentifier({ value: DATA })] }),
      new Attribute({ type: SIGNING_TIME, values: [new UTCTime({ valueDate: at })] }),
      new Attribute({ type: MESSAGE_DIGEST, values: [new OctetString({ valueHex: digest })] }),
    ],
  })
}

/** Wraps bytes as CMS SignedData with signed attributes, in the form of Apple's provisioning profiles. Gives DER. */
export async function signData(payload: Uint8Array, signer: Signer, at: Date): Promise<Uint8Array> {
  const content = new Uint8Array(payload).buffer
  const [leaf] = signer.chain
  const message = new SignedData({
    version: 1,
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: DATA }),
    certificates: [...signer.chain],
    signerInfos: [
      new SignerInfo({
        version: 1,
        sid: new IssuerAndSerialNumber({ issuer: leaf.issuer, serialNumber: leaf.serialNumber }),
        signedAttrs: await signedAttributes(content, at),
      }),
    ],
  })
  message.encapContentInfo.eContent = new OctetString({ valueHex: content })
  await message.sign(signer.privateKey, 0, DIGEST)
  const wrapped = new ContentInfo({ contentType: SIGNED_DATA, content: message.toSchema(true) })
  return new Uint8Array(wrapped.toSchema().toBER(false))
}

/** Opens CMS SignedData that the holder of a certificate signed: its content, or undefined when that is not so, or it is no CMS at all. */
export async function openSignedData(der: Uint8Array, signer: Certificate): Promise<Uint8Array | undefined> {
  try {
    const { content } = ContentInfo.fromBER(new Uint8Array(der))
    const message = new SignedData({ schema: content })
    // The certificate that is known, in place of those that travel along: they say who signed, and anybody can write that.
    message.certificates = [signer]
    if (!(await message.verify({ signer: 0 }))) return undefined
    const payload = message.encapContentInfo.eContent?.getValue()
    return payload === undefined ? undefined : new Uint8Array(payload)
  } catch {
    return undefined
  }
}
