import { bundleIds } from '../../app-store-connect/bundle-ids/state.ts'
import { certificateKind, PORTAL_CERTIFICATE_TYPES } from '../../app-store-connect/certificates/kinds.ts'
import { ownerIn } from '../../app-store-connect/certificates/owner.ts'
import { certificateResource } from '../../app-store-connect/certificates/resource.ts'
import { createCertificate } from '../../app-store-connect/certificates/state.ts'
import { type CertificateRecord, certificates } from '../../app-store-connect/certificates/store.ts'
import { provisioningDate } from '../../app-store-connect/json-api/document.ts'
import { equals } from '../../app-store-connect/json-api/filters.ts'
import type { Resource } from '../../app-store-connect/json-api/resource.ts'
import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { certificateTypeId } from '../legacy/certificate-types.ts'

const PLATFORM_NAMES: Readonly<Record<string, string>> = { IOS: 'iOS', MAC_OS: 'Mac' }
const YEAR_MS = 365 * 86_400_000

/** When a certificate was asked for; for states saved before it was kept, about. */
export function requestedAt(record: CertificateRecord): number {
  const years = certificateKind(record.certificateType)?.years ?? 1
  return record.requestedAt ?? record.expiresAt - years * YEAR_MS
}

/** What the portal calls the owner of a certificate. */
export const OWNER_TYPES = {
  team: 'team',
  maker: 'teamMember',
  bundle: 'bundle',
  merchant: 'omcId',
  pass: 'passType',
  website: 'websitePushId',
} as const

function moreAttributes(record: CertificateRecord, scene: Scene): Readonly<Record<string, unknown>> {
  const { requester, ownerId, certificateType } = record
  const kind = certificateKind(certificateType)
  return {
    status: 'Issued',
    ownerId: ownerId ?? scene.team.teamId,
    ownerName: record.displayName,
    ownerType: OWNER_TYPES[kind?.holder ?? 'team'],
    requesterEmail: requester?.email ?? null,
    requesterFirstName: requester?.firstName ?? null,
    requesterLastName: requester?.lastName ?? null,
    requestedDate: provisioningDate(requestedAt(record)),
    certificateTypeId: certificateTypeId(scene.team, certificateType) ?? null,
    certificateTypeName: kind?.label ?? certificateType,
    platformName: PLATFORM_NAMES[record.platform ?? ''] ?? null,
    serialNumDecimal: BigInt(`0x${record.serialNumber}`).toString(),
    machineName: null,
    machineId: null,
  }
}

/** Certificates as the portal has them: more types, and who asked for each. */
export const portalCertificateResource: Resource<CertificateRecord> = {
  ...certificateResource,
  attributeNames: [
    ...certificateResource.attributeNames,
    'csrContent',
    'status',
    'ownerId',
    'ownerName',
    'ownerType',
    'requesterEmail',
    'requesterFirstName',
    'requesterLastName',
    'requestedDate',
    'certificateTypeId',
    'certificateTypeName',
    'platformName',
    'serialNumDecimal',
    'machineName',
    'machineId',
  ],
  attributes: (record, scene) => ({
    ...certificateResource.attributes(record, scene),
    ...moreAttributes(record, scene),
  }),
  relationships: {
    bundleId: {
      kind: 'one',
      target: 'bundleIds',
      isIncludable: true,
      related: (record, scene) => {
        const owner = storeOf(scene.team, bundleIds).get(record.ownerId ?? '')
        return owner === undefined ? [] : [owner]
      },
    },
  },
  find: (scene, id) => storeOf(scene.team, certificates).get(id),
  list: (scene) => storeOf(scene.team, certificates).values(),
  filters: {
    ...certificateResource.filters,
    certificateType: equals((record) => record.certificateType, PORTAL_CERTIFICATE_TYPES),
  },
  create: {
    body: {
      attributes: {
        csrContent: { kind: 'string', isRequired: true },
        certificateType: { kind: 'string', isRequired: true, values: PORTAL_CERTIFICATE_TYPES },
      },
      relationships: {
        bundleId: { kind: 'one', target: 'bundleIds' },
        merchantId: { kind: 'one', target: 'merchantIds' },
        passTypeId: { kind: 'one', target: 'passTypeIds' },
        websitePushId: { kind: 'one', target: 'websitePushIds' },
      },
    },
    run: ({ attributes, relationships }, call) =>
      createCertificate(call, {
        certificateType: String(attributes.certificateType),
        csrContent: String(attributes.csrContent),
        requester: call.actor.person,
        ...ownerIn(call, String(attributes.certificateType), relationships),
      }),
  },
}
