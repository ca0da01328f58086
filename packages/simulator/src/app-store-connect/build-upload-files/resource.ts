import { entityTagOf, operationsOf } from '../../uploads/store.ts'
import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { storeDate } from '../json-api/dates.ts'
import { invalidAttribute } from '../json-api/errors.ts'
import type { Call, Resource } from '../json-api/resource.ts'
import { readChecksums } from './checksums.ts'
import { commitFile, fileStateOf, pendingOf, reserveFile } from './state.ts'
import { type BuildUploadFileRecord, buildUploadFiles } from './store.ts'

const ASSET_TYPES = ['ASSET', 'ASSET_DESCRIPTION', 'ASSET_SPI']
const UTIS = [
  'com.apple.binary-property-list',
  'com.apple.ipa',
  'com.apple.pkg',
  'com.apple.xml-property-list',
  'com.pkware.zip-archive',
]

/** The address from which a client came, when a client asks: overviews have none. */
function baseOf(scene: Scene | Call): string {
  return 'base' in scene ? scene.base : 'http://localhost'
}

/** What to send; a part that has come carries its tag, so that a client can go on after a crash. Null after the commit. */
function uploadOperationsOf(record: BuildUploadFileRecord, scene: Scene): unknown {
  const pending = pendingOf(scene, record)
  if (pending === undefined || record.committedAt !== null) return null
  return operationsOf(pending, baseOf(scene)).map((operation) => {
    const received = pending.parts.get(operation.offset)
    const entityTag = received === undefined ? {} : { entityTag: entityTagOf(received) }
    return { ...operation, expiration: storeDate(pending.endsAt), ...entityTag }
  })
}

function deliveryStateOf(record: BuildUploadFileRecord, scene: Scene): unknown {
  const state = fileStateOf(scene, record)
  return { errors: state === 'FAILED' ? [record.failure] : [], warnings: [], state }
}

/** Files of build uploads: reserved, sent in parts, committed. Source: developer.apple.com/documentation/appstoreconnectapi/build-upload-files */
export const buildUploadFileResource: Resource<BuildUploadFileRecord> = {
  type: 'buildUploadFiles',
  attributeNames: [
    'assetDeliveryState',
    'assetToken',
    'assetType',
    'fileName',
    'fileSize',
    'sourceFileChecksums',
    'uploadOperations',
    'uti',
  ],
  attributes: (record, scene) => ({
    assetDeliveryState: deliveryStateOf(record, scene),
    assetToken: record.committedAt === null ? null : record.id,
    assetType: record.assetType,
    fileName: record.fileName,
    fileSize: record.fileSize,
    sourceFileChecksums: record.checksums,
    uploadOperations: uploadOperationsOf(record, scene),
    uti: record.uti,
  }),
  relationships: {},
  find: (scene, id) => storeOf(scene.team, buildUploadFiles).get(id),
  isReadable: true,
  create: {
    body: {
      attributes: {
        assetType: { kind: 'string', isRequired: true, values: ASSET_TYPES },
        fileName: { kind: 'string', isRequired: true },
        fileSize: { kind: 'integer', isRequired: true },
        uti: { kind: 'string', isRequired: true, values: UTIS },
      },
      relationships: { buildUpload: { kind: 'one', target: 'buildUploads', isRequired: true } },
    },
    run: ({ attributes, relationships }, call) =>
      reserveFile(call, relationships.buildUpload?.[0] ?? '', {
        assetType: String(attributes.assetType),
        fileName: String(attributes.fileName),
        fileSize: Number(attributes.fileSize),
        uti: String(attributes.uti),
      }),
  },
  update: {
    body: {
      attributes: {
        sourceFileChecksums: { kind: 'object', isNullable: true },
        uploaded: { kind: 'boolean', isNullable: true },
      },
    },
    run({ attributes }, call, record) {
      const { sourceFileChecksums, uploaded } = attributes
      const declared = readChecksums(sourceFileChecksums)
      if (call.world.settings.refusesSourceFileChecksums && Object.keys(declared).length > 0) {
        throw invalidAttribute('sourceFileChecksums', "The attribute 'sourceFileChecksums' can not be set")
      }
      return uploaded === true ? commitFile(call, record, declared) : record
    },
  },
  permission: (access) => (access === 'read' ? 'apps:read' : 'builds:upload'),
}
