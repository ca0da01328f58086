import { X509Certificate } from 'node:crypto'
import type { Answer } from '../transport/answer.ts'
import type { Perform } from '../transport/task.ts'
import { manyOf, oneOf, type RawResource, readResource } from './document.ts'
import { deleteResource, isGoneAt, modifyResource, readResourceAt, targetIn } from './operations.ts'
import { type Listed, readList } from './paging.ts'
import { type Certificate, type CertificateType, certificateShape } from './wire/certificates.ts'

const COLLECTION = '/v1/certificates'

/** Signing certificates of the Apple team. */
export interface Certificates {
  /**
   * Certificates, all or those of some types or serial numbers. Both are compared here: Apple refuses some documented types
   * in its filter, and serial numbers come with and without leading zeros. Source: Apple, "List and download certificates".
   */
  list(filter?: {
    readonly types?: readonly CertificateType[]
    readonly serialNumbers?: readonly string[]
  }): Promise<Listed<Certificate>>
  /** One certificate. Source: Apple, "Read and download certificate information". */
  read(id: string): Promise<Certificate>
  /** The first certificate that Apple names; undefined for none. One small request. */
  first(): Promise<Certificate | undefined>
  /**
   * Has a certificate made for a signing request (PEM, RSA 2048). Its private key never leaves the caller.
   * Throws `apple.certificate_limit_reached`, `apple.certificate_request_invalid`. Source: Apple, "Create a certificate".
   */
  create(certificate: { readonly csr: string; readonly certificateType: CertificateType }): Promise<Certificate>
  /** Activates or deactivates an identity-like certificate. Source: Apple, "Modify a certificate". */
  modify(id: string, change: { readonly activated: boolean }): Promise<Certificate>
  /** Revokes a certificate: every profile that holds it becomes invalid. Source: Apple, "Revoke a certificate". */
  delete(id: string): Promise<void>
}

/** The operations on certificates. */
export function createCertificates(perform: Perform): Certificates {
  const readAt = (id: string) => readResourceAt(perform, targetIn(COLLECTION, id), readAnswer)

  const list: Certificates['list'] = async ({ types, serialNumbers } = {}) => {
    if (types?.length === 0 || serialNumbers?.length === 0) return { items: [], isTruncated: false }
    const all = { type: 'certificates', path: COLLECTION, pattern: COLLECTION, canSortById: true }
    const raw = await readList(perform, all)
    const serials = serialNumbers && new Set(serialNumbers.map(comparableSerial))
    const items = raw.resources
      .map(readCertificate)
      .filter(({ certificateType }) => types === undefined || types.includes(certificateType ?? ''))
      .filter(({ serialNumber }) => serials === undefined || serials.has(comparableSerial(serialNumber ?? '')))
    return { items, isTruncated: raw.isTruncated }
  }

  return {
    list,
    read: readAt,
    first: () =>
      perform({
        request: { method: 'GET', path: COLLECTION, pattern: COLLECTION, query: { limit: 1 } },
        read: (answer) => manyOf(answer, 'certificates').map(readCertificate)[0],
      }),
    create: async ({ csr, certificateType }) => {
      const body = { data: { type: 'certificates', attributes: { csrContent: csr, certificateType } } }
      return perform({
        request: { method: 'POST', path: COLLECTION, pattern: COLLECTION, body },
        read: readAnswer,
        reconcile: async () => {
          const value = (await list({ types: [certificateType] })).items.find((certificate) => isFor(certificate, csr))
          return value && { value }
        },
      })
    },
    modify: async (id, change) =>
      modifyResource(perform, targetIn(COLLECTION, id), {
        body: { data: { type: 'certificates', id, attributes: change } },
        read: readAnswer,
        current: () => readAt(id),
        isDone: (certificate) => certificate.activated === change.activated,
      }),
    delete: async (id) => {
      const target = targetIn(COLLECTION, id)
      return deleteResource(perform, target, () => isGoneAt(perform, target))
    },
  }
}

/** The form in which serial numbers are compared: capitals, no leading zeros. */
export function comparableSerial(serialNumber: string): string {
  return serialNumber.toUpperCase().replace(/^0+/, '')
}

// A signing request holds the public key in the same DER as the certificate made from it.
function isFor(certificate: Certificate, csr: string): boolean {
  if (certificate.certificateContent === undefined) return false
  const { publicKey } = new X509Certificate(certificate.certificateContent)
  const request = Buffer.from(csr.replace(/-{5}[^-]+-{5}/g, ''), 'base64')
  return request.includes(publicKey.export({ type: 'spki', format: 'der' }))
}

function readAnswer(answer: Answer): Certificate {
  return readCertificate(oneOf(answer, 'certificates'))
}

function readCertificate(raw: RawResource): Certificate {
  return readResource(certificateShape, raw)
}
