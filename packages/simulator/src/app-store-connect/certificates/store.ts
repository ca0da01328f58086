import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'
import type { Person } from '../../world/person.ts'

/** A certificate in force or expired; a revoked one is gone. */
export interface CertificateRecord extends StoredRecord {
  readonly certificateType: string
  readonly name: string
  readonly displayName: string
  /** Hex, capitals. */
  readonly serialNumber: string
  readonly platform: string | null
  /** Epoch milliseconds. */
  readonly expiresAt: number
  /** DER as base64. */
  readonly content: string
  readonly activated: boolean | null
  /** Epoch milliseconds; absent in states saved before it was kept. */
  readonly requestedAt?: number
  /** Who asked for it; absent when a key or a seed did. */
  readonly requester?: Person
  /** The id of the App ID, merchant, pass type or website that it belongs to. */
  readonly ownerId?: string
}

/** The team's certificates. */
export const certificates: StoreDefinition<CertificateRecord> = {
  name: 'certificates',
  indexes: {
    type: (record) => [record.certificateType],
    owner: (record) => (record.ownerId === undefined ? [] : [record.ownerId]),
  },
}
