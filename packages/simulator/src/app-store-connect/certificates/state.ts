import type { SigningRequest } from '../../authority/signing-request.ts'
import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'
import { newAppleId } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { conflict, invalidAttribute, invalidRelationship } from '../json-api/errors.ts'
import { invalidateProfilesOfCertificate } from '../profiles/store.ts'
import { CERTIFICATE_KINDS, CERTIFICATE_TYPES, type CertificateKind } from './kinds.ts'

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
}

/** The team's certificates. */
export const certificates: StoreDefinition<CertificateRecord> = {
  name: 'certificates',
  indexes: { type: (record) => [record.certificateType] },
}

const CODE_SIGNING = '1.3.6.1.5.5.7.3.3'
const CREATED_VIA_API = 'Created via API'

/** Whether a certificate's time has passed. */
export function isExpired(scene: Scene, record: CertificateRecord): boolean {
  return record.expiresAt <= scene.now
}

function checkQuota(scene: Scene, certificateType: string, kind: CertificateKind): void {
  const quota = scene.world.settings.certificateQuota[certificateType] ?? Number.POSITIVE_INFINITY
  const current = storeOf(scene.team, certificates).by('type', certificateType)
  if (current.filter((record) => !isExpired(scene, record)).length < quota) return
  throw conflict(`You already have a current ${kind.label} certificate or a pending certificate request.`)
}

function subjectOf(scene: Scene, kind: CertificateKind) {
  const { name, teamId } = scene.team
  const userId = kind.holder === 'team' ? teamId : newAppleId(scene.world.random)
  const holder = kind.holder === 'team' ? name : CREATED_VIA_API
  return {
    userId,
    commonName: `${kind.commonName}: ${holder} (${userId})`,
    organizationalUnit: teamId,
    organization: name,
    country: 'US',
  }
}

function yearsLater(epochMs: number, years: number): number {
  const date = new Date(epochMs)
  date.setUTCFullYear(date.getUTCFullYear() + years)
  return date.getTime()
}

async function requestOf(csrContent: string): Promise<SigningRequest> {
  // Loaded with the first request: the start of a simulator is short.
  const { readSigningRequest } = await import('../../authority/signing-request.ts')
  const request = await readSigningRequest(csrContent)
  if (typeof request !== 'string') return request
  throw invalidAttribute('csrContent', `The certificate signing request ${request}.`)
}

function kindOf(certificateType: string): CertificateKind {
  const kind = CERTIFICATE_KINDS[certificateType]
  if (kind !== undefined) return kind
  if (certificateType.startsWith('PASS_TYPE_ID')) {
    throw invalidRelationship('passTypeId', 'There is no resource of this type on the team')
  }
  if (CERTIFICATE_TYPES.includes(certificateType)) {
    throw invalidRelationship('merchantId', 'There is no resource of this type on the team')
  }
  throw invalidAttribute(
    'certificateType',
    `'${certificateType}' is not a valid value for the attribute 'certificateType'`,
  )
}

/** Issues a certificate for a signing request, while the team's quota for the type has room. */
export async function createCertificate(
  scene: Scene,
  certificateType: string,
  csrContent: string,
): Promise<CertificateRecord> {
  const kind = kindOf(certificateType)
  const request = await requestOf(csrContent)
  checkQuota(scene, certificateType, kind)
  const expiresAt = Math.floor(yearsLater(scene.now, kind.years) / 1_000) * 1_000
  const issued = await scene.world.authority.issue({
    subject: subjectOf(scene, kind),
    publicKey: request.publicKey,
    notBefore: new Date(scene.now),
    notAfter: new Date(expiresAt),
    marks: kind.marks,
    purposes: [CODE_SIGNING],
  })
  const displayName = kind.holder === 'team' ? scene.team.name : CREATED_VIA_API
  return storeOf(scene.team, certificates).add({
    id: newAppleId(scene.world.random),
    visibleAt: visibleAt(scene, certificates.name),
    certificateType,
    name: `${kind.label}: ${displayName}`,
    displayName,
    serialNumber: issued.serialNumber,
    platform: kind.platform,
    expiresAt,
    content: Buffer.from(issued.der).toString('base64'),
    activated: null,
  })
}

/** Revokes a certificate: it is gone, and the profiles that hold it are INVALID. */
export function revokeCertificate(scene: Scene, record: CertificateRecord): void {
  storeOf(scene.team, certificates).remove(record.id)
  invalidateProfilesOfCertificate(scene, record.id)
}
