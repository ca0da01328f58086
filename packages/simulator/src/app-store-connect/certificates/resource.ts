import { storeOf } from '../../world/team.ts'
import type { Permission } from '../auth/roles.ts'
import { identifiers } from '../identifiers/state.ts'
import { provisioningDate } from '../json-api/document.ts'
import { contains, equals } from '../json-api/filters.ts'
import type { Resource } from '../json-api/resource.ts'
import { onlySeedFields, seedText } from '../json-api/seeding.ts'
import { CERTIFICATE_TYPES, isDevelopment } from './kinds.ts'
import { ownerIn } from './owner.ts'
import { createCertificate, revokeCertificate } from './state.ts'
import { type CertificateRecord, certificates } from './store.ts'

/** Serial numbers are asked for in lower case and without leading zeros (go-xcode). */
function plainSerial(serialNumber: string): string {
  return serialNumber.toLowerCase().replace(/^0+/, '')
}

const DOCUMENTED: ReadonlySet<string> = new Set(CERTIFICATE_TYPES)

function isDocumented(record: CertificateRecord): boolean {
  return DOCUMENTED.has(record.certificateType)
}

function permissionFor(certificateType: string): Permission {
  if (isDevelopment(certificateType)) return 'signing:development'
  return certificateType.startsWith('DEVELOPER_ID') ? 'signing:developer-id' : 'signing:distribution'
}

/** Signing certificates. Source: developer.apple.com/documentation/appstoreconnectapi/certificates */
export const certificateResource: Resource<CertificateRecord> = {
  type: 'certificates',
  attributeNames: [
    'name',
    'certificateType',
    'displayName',
    'serialNumber',
    'platform',
    'expirationDate',
    'certificateContent',
    'activated',
  ],
  attributes: (record) => ({
    serialNumber: record.serialNumber,
    certificateContent: record.content,
    displayName: record.displayName,
    name: record.name,
    // Not in Apple's document; Codemagic's tools fail without the key.
    csrContent: null,
    platform: record.platform,
    expirationDate: provisioningDate(record.expiresAt),
    certificateType: record.certificateType,
    activated: record.activated,
  }),
  relationships: {
    passTypeId: {
      kind: 'one',
      target: 'passTypeIds',
      isIncludable: true,
      related: (record, scene) => [storeOf(scene.team, identifiers.passTypeIds).get(record.ownerId ?? '') ?? []].flat(),
    },
  },
  find(scene, id) {
    const record = storeOf(scene.team, certificates).get(id)
    return record !== undefined && isDocumented(record) ? record : undefined
  },
  filters: {
    id: equals((record) => record.id),
    displayName: contains((record) => record.displayName),
    serialNumber: {
      matches: (record, value) => plainSerial(record.serialNumber).includes(plainSerial(value)),
    },
    certificateType: {
      values: CERTIFICATE_TYPES,
      refuses: (value, scene) => scene.world.settings.refusedCertificateTypeFilters.includes(value),
      matches: (record, value) => record.certificateType === value,
    },
  },
  sorts: {
    id: (record) => record.id,
    displayName: (record) => record.displayName,
    certificateType: (record) => record.certificateType,
    serialNumber: (record) => record.serialNumber,
  },
  // What only people can make is shown to people only.
  list: (scene) => storeOf(scene.team, certificates).values().filter(isDocumented),
  isReadable: true,
  create: {
    body: {
      attributes: {
        csrContent: { kind: 'string', isRequired: true },
        certificateType: { kind: 'string', isRequired: true, values: CERTIFICATE_TYPES },
      },
      relationships: {
        merchantId: { kind: 'one', target: 'merchantIds' },
        passTypeId: { kind: 'one', target: 'passTypeIds' },
      },
    },
    run: ({ attributes, relationships }, call) =>
      createCertificate(call, {
        ...ownerIn(call, String(attributes.certificateType), relationships),
        certificateType: String(attributes.certificateType),
        csrContent: String(attributes.csrContent),
        requester: call.actor.person,
      }),
  },
  update: {
    body: { attributes: { activated: { kind: 'boolean', isNullable: true } } },
    run: ({ attributes }, call, record) =>
      typeof attributes.activated === 'boolean'
        ? storeOf(call.team, certificates).change(record, { activated: attributes.activated })
        : record,
  },
  remove: (record, call) => revokeCertificate(call, record),
  permission(access, subject) {
    if (access === 'read') return 'identifiers:read'
    // Before the body is read nobody knows which right it needs; the least one stands in.
    if (subject === undefined) return 'identifiers:read'
    if ('attributes' in subject) return permissionFor(String(subject.attributes.certificateType))
    return permissionFor(subject.certificateType)
  },
  seed(scene, item) {
    onlySeedFields(item, ['certificateType', 'csrContent'])
    return createCertificate(scene, {
      certificateType: seedText(item, 'certificateType'),
      csrContent: seedText(item, 'csrContent'),
    })
  },
}
