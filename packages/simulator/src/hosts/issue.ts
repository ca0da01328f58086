import { randomBytes, webcrypto } from 'node:crypto'
import { OctetString } from 'asn1js'
import { Certificate, Extension, GeneralName, GeneralNames, GeneralSubtree, NameConstraints } from 'pkijs'
import { pemOf, signCertificate } from '../authority/certificate.ts'
import { PERMITTED_DOMAINS } from './hosts.ts'

/** A certificate with its private key, both PEM. */
export interface PemIdentity {
  readonly certificate: string
  readonly privateKey: string
}

const DAY_MS = 86_400_000
const AUTHORITY_DAYS = 365
const LEAF_DAYS = 90
const KEY = { name: 'ECDSA', namedCurve: 'P-256' } as const
const NAME_CONSTRAINTS = '2.5.29.30'
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17'
const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1'
const [DNS_NAME, IP_ADDRESS] = [2, 7] as const
const ALL_ADDRESSES = [new Uint8Array(8), new Uint8Array(32)]

function newSerial(): Uint8Array {
  const serial = Uint8Array.from(randomBytes(16))
  // Positive and never shortened: the first bit clear, the first byte not zero.
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x01
  return serial
}

function dnsName(value: string): GeneralName {
  return new GeneralName({ type: DNS_NAME, value })
}

function addressRange(bytes: Uint8Array<ArrayBuffer>): GeneralName {
  return new GeneralName({ type: IP_ADDRESS, value: new OctetString({ valueHex: bytes.buffer }) })
}

/** Names below the permitted domains, and no IP address at all: a kind of name that is not mentioned would be free. */
function nameConstraints(): Extension {
  const constraints = new NameConstraints({
    permittedSubtrees: PERMITTED_DOMAINS.map((domain) => new GeneralSubtree({ base: dnsName(domain) })),
    excludedSubtrees: ALL_ADDRESSES.map((range) => new GeneralSubtree({ base: addressRange(range) })),
  })
  return new Extension({ extnID: NAME_CONSTRAINTS, critical: true, extnValue: constraints.toSchema().toBER(false) })
}

function alternativeNames(hosts: readonly string[]): Extension {
  const names = new GeneralNames({ names: hosts.map(dnsName) })
  return new Extension({
    extnID: SUBJECT_ALTERNATIVE_NAME,
    critical: false,
    extnValue: names.toSchema().toBER(false),
  })
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(KEY, true, ['sign', 'verify'])
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`
}

function derOfPem(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64')
}

/** Makes a certificate authority for TLS that can speak for Apple's host names only (X.509 name constraints). */
export async function newTlsAuthority(nowMs: number): Promise<PemIdentity> {
  const keys = await newKeys()
  const certificate = await signCertificate(
    {
      serial: newSerial(),
      subject: { commonName: 'Cordon simulator of this machine', organization: 'Cordon simulator' },
      notBefore: new Date(nowMs - DAY_MS),
      notAfter: new Date(nowMs + AUTHORITY_DAYS * DAY_MS),
      publicKey: keys.publicKey,
      isAuthority: true,
      extensions: [nameConstraints()],
    },
    { certificate: null, privateKey: keys.privateKey },
  )
  return { certificate: pemOf(certificate), privateKey: await privateKeyPem(keys.privateKey) }
}

/** Issues a server certificate for host names; its key never leaves the process. */
export async function newServerIdentity(
  authority: PemIdentity,
  hosts: readonly string[],
  nowMs: number,
): Promise<PemIdentity> {
  const keys = await newKeys()
  const issuer = {
    certificate: Certificate.fromBER(new Uint8Array(derOfPem(authority.certificate))),
    privateKey: await webcrypto.subtle.importKey('pkcs8', new Uint8Array(derOfPem(authority.privateKey)), KEY, false, [
      'sign',
    ]),
  }
  const certificate = await signCertificate(
    {
      serial: newSerial(),
      subject: { commonName: hosts[0] ?? '', organization: 'Cordon simulator' },
      notBefore: new Date(nowMs - DAY_MS),
      notAfter: new Date(Math.min(nowMs + LEAF_DAYS * DAY_MS, issuer.certificate.notAfter.value.getTime())),
      publicKey: keys.publicKey,
      isAuthority: false,
      purposes: [SERVER_AUTHENTICATION],
      extensions: [alternativeNames(hosts)],
    },
    issuer,
  )
  return { certificate: pemOf(certificate), privateKey: await privateKeyPem(keys.privateKey) }
}
