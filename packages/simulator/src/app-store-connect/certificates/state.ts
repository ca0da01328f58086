import type { KeyKind, SigningRequest } from '../../authority/signing-request.ts'
import type { Person } from '../../world/person.ts'
import { newAppleId } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { conflict, invalidAttribute, invalidRelationship } from '../json-api/errors.ts'
import { invalidateProfilesOfCertificate } from '../profiles/store.ts'
import { CERTIFICATE_TYPES, type CertificateKind, certificateKind, isOwned, OWNER_RELATIONSHIPS } from './kinds.ts'
import { type CertificateRecord, certificates } from './store.ts'

/** What a new certificate is made of. */
export interface NewCertificate {
  readonly certificateType: string
  readonly csrContent: string
  /** The person who asks; null when a key does. */
  readonly requester?: Person | null
  /** The App ID, merchant, pass type or website that it is for. */
  readonly owner?: { readonly id: string; readonly identifier: string }
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

function holderOf(scene: Scene, kind: CertificateKind, wish: NewCertificate): string {
  if (isOwned(kind)) return wish.owner?.identifier ?? ''
  if (kind.holder === 'team') return scene.team.name
  const { requester = null } = wish
  return requester === null ? CREATED_VIA_API : `${requester.firstName} ${requester.lastName}`
}

function subjectOf(scene: Scene, kind: CertificateKind, wish: NewCertificate) {
  const { name, teamId } = scene.team
  const holder = holderOf(scene, kind, wish)
  const userId = isOwned(kind) ? holder : kind.holder === 'team' ? teamId : newAppleId(scene.world.random)
  return {
    userId,
    commonName: isOwned(kind) ? `${kind.commonName}: ${holder}` : `${kind.commonName}: ${holder} (${userId})`,
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

async function requestOf(csrContent: string, key: KeyKind = 'rsa'): Promise<SigningRequest> {
  // Loaded with the first request: the start of a simulator is short.
  const { readSigningRequest } = await import('../../authority/signing-request.ts')
  const request = await readSigningRequest(csrContent, key)
  if (typeof request !== 'string') return request
  throw invalidAttribute('csrContent', `The certificate signing request ${request}.`)
}

function kindOf(certificateType: string): CertificateKind {
  const kind = certificateKind(certificateType)
  if (kind !== undefined) return kind
  if (CERTIFICATE_TYPES.includes(certificateType)) {
    throw invalidRelationship('merchantId', 'There is no resource of this type on the team')
  }
  throw invalidAttribute(
    'certificateType',
    `'${certificateType}' is not a valid value for the attribute 'certificateType'`,
  )
}

/** Issues a certificate for a signing request, while the team's quota for the type has room. */
export async function createCertificate(scene: Scene, wish: NewCertificate): Promise<CertificateRecord> {
  const { certificateType, owner, requester = null } = wish
  const kind = kindOf(certificateType)
  const relationship = OWNER_RELATIONSHIPS[kind.holder]
  if (relationship !== undefined && owner === undefined) {
    throw invalidRelationship(relationship, `A certificate of type '${certificateType}' needs one`)
  }
  const request = await requestOf(wish.csrContent, kind.key)
  checkQuota(scene, certificateType, kind)
  const expiresAt = Math.floor(yearsLater(scene.now, kind.years) / 1_000) * 1_000
  const issued = await scene.world.authority.issue({
    subject: subjectOf(scene, kind, wish),
    publicKey: request.publicKey,
    notBefore: new Date(scene.now),
    notAfter: new Date(expiresAt),
    marks: kind.marks,
    purposes: kind.purposes ?? [CODE_SIGNING],
  })
  const displayName = holderOf(scene, kind, wish)
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
    requestedAt: scene.now,
    ...(requester === null ? {} : { requester }),
    ...(owner === undefined ? {} : { ownerId: owner.id }),
  })
}

/** Revokes a certificate: it is gone, and the profiles that hold it are INVALID. */
export function revokeCertificate(scene: Scene, record: CertificateRecord): void {
  storeOf(scene.team, certificates).remove(record.id)
  invalidateProfilesOfCertificate(scene, record.id)
}
