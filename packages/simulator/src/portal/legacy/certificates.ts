import { certificateKind, isDevelopment } from '../../app-store-connect/certificates/kinds.ts'
import { ownerNamed } from '../../app-store-connect/certificates/owner.ts'
import { certificateResource } from '../../app-store-connect/certificates/resource.ts'
import { createCertificate, isExpired, revokeCertificate } from '../../app-store-connect/certificates/state.ts'
import { type CertificateRecord, certificates } from '../../app-store-connect/certificates/store.ts'
import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { OWNER_TYPES, requestedAt } from '../resources/certificates.ts'
import { type Action, Download, demand, downloads, type LegacyCall, type Result, reads, writes } from './action.ts'
import { certificateTypeId, certificateTypeOf } from './certificate-types.ts'
import { invalidParameter, notAllowed } from './errors.ts'
import { pageOf } from './paging.ts'
import { legacyDate } from './teams.ts'

function typeOf(scene: Scene, record: CertificateRecord): Result {
  const kind = certificateKind(record.certificateType)
  return {
    certificateTypeDisplayId: certificateTypeId(scene.team, record.certificateType) ?? record.certificateType,
    name: kind?.label ?? record.certificateType,
    platform: record.platform === 'MAC_OS' ? 'mac' : 'ios',
    permissionType: isDevelopment(record.certificateType) ? 'individual' : 'distribution',
    distributionType: isDevelopment(record.certificateType) ? 'development' : 'distribution',
    distributionMethod: 'app',
    ownerType: OWNER_TYPES[kind?.holder ?? 'team'],
    daysOverlap: 364,
    maxActive: scene.world.settings.certificateQuota[record.certificateType] ?? 0,
  }
}

/** Whether a person may take a certificate home: their own, the team's, or as an Admin all. */
function mayDownload(call: LegacyCall, record: CertificateRecord): boolean {
  const { actor, person } = call.member
  const isLeader = actor.roles.includes('ADMIN') || actor.roles.includes('ACCOUNT_HOLDER')
  return isLeader || !isDevelopment(record.certificateType) || record.requester?.email === person.email
}

/** A certificate as the legacy portal tells it. */
export function certRequestOf(call: LegacyCall, record: CertificateRecord): Result {
  const kind = certificateKind(record.certificateType)
  const requested = requestedAt(record)
  return {
    certRequestId: record.id,
    name: record.displayName,
    statusString: 'Issued',
    dateRequested: legacyDate(requested),
    dateRequestedString: legacyDate(requested),
    dateCreated: legacyDate(requested),
    expirationDate: legacyDate(record.expiresAt),
    expirationDateString: legacyDate(record.expiresAt),
    ownerType: OWNER_TYPES[kind?.holder ?? 'team'],
    ownerName: record.displayName,
    ownerId: record.ownerId ?? (kind?.holder === 'maker' ? record.requester?.personId : call.team.teamId) ?? null,
    canDownload: mayDownload(call, record),
    canRevoke: true,
    certificateId: record.id,
    certificateStatusCode: isExpired(call, record) ? 1 : 0,
    certRequestStatusCode: 4,
    certificateTypeDisplayId: certificateTypeId(call.team, record.certificateType) ?? record.certificateType,
    serialNum: record.serialNumber,
    serialNumDecimal: BigInt(`0x${record.serialNumber}`).toString(),
    typeString: kind?.label ?? record.certificateType,
    certificateType: typeOf(call, record),
  }
}

function typesOf(call: LegacyCall): ReadonlySet<string> | undefined {
  const ids = call.form.list('types')
  return ids.length === 0 ? undefined : new Set(ids.map((id) => certificateTypeOf(id) ?? ''))
}

function list(call: LegacyCall): Result {
  const types = typesOf(call)
  const all = storeOf(call.team, certificates)
    .values()
    .filter((record) => types === undefined || types.has(record.certificateType))
  const { items, numbers } = pageOf(
    all.map((record) => certRequestOf(call, record)),
    call.form,
  )
  return { certRequests: items, ...numbers }
}

async function submit(call: LegacyCall): Promise<Result> {
  const { form } = call
  const typeId = form.text('type') ?? ''
  const certificateType = certificateTypeOf(typeId)
  if (certificateType === undefined) {
    throw invalidParameter('type', `There is no certificate type '${typeId.slice(0, 40)}'.`)
  }
  const wish = { attributes: { certificateType }, relationships: {}, embedded: {}, included: [] }
  demand(call, certificateResource.permission('create', wish), 'certificate.create')
  const ownerId = [form.text('appIdId'), form.text('specialIdentifierDisplayId')].find(
    (id) => id !== undefined && id !== '',
  )
  const record = await createCertificate(call, {
    certificateType,
    csrContent: form.text('csrContent') ?? '',
    requester: call.member.person,
    ...ownerNamed(call, certificateType, ownerId),
  })
  return { certRequest: certRequestOf(call, record) }
}

function named(call: LegacyCall): CertificateRecord {
  const id = call.form.text('certificateId') ?? ''
  const record = storeOf(call.team, certificates).get(id)
  const typeId = call.form.text('type')
  const isOfType = typeId === undefined || certificateTypeOf(typeId) === record?.certificateType
  if (record !== undefined && isOfType) return record
  throw invalidParameter('certificateId', `There is no certificate with ID '${id.slice(0, 40)}' on this team.`)
}

function download(call: LegacyCall): Download {
  const record = named(call)
  if (!mayDownload(call, record)) throw notAllowed('certificate.download')
  return new Download(Buffer.from(record.content, 'base64'), 'application/x-x509-ca-cert', `${record.id}.cer`)
}

function revoke(call: LegacyCall): Result {
  const record = named(call)
  demand(call, certificateResource.permission('delete', record), 'certificate.revoke')
  const told = { ...certRequestOf(call, record), statusString: 'Revoked', canDownload: false, canRevoke: false }
  revokeCertificate(call, record)
  return { certRequests: [told] }
}

const BASE = 'account/{p}/certificate'

/** Certificates. Which right a request needs depends on the type, so the actions ask themselves. Source: spaceship (2.237). */
export const certificateActions: readonly Action[] = [
  reads(`${BASE}/listCertRequests.action`, list),
  writes(`${BASE}/submitCertificateRequest.action`, 'identifiers:read', submit),
  downloads(`${BASE}/downloadCertificateContent.action`, download),
  writes(`${BASE}/revokeCertificate.action`, 'identifiers:read', revoke),
]
