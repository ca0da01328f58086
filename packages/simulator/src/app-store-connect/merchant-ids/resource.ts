import { storeOf } from '../../world/team.ts'
import {
  createIdentifier,
  deleteIdentifier,
  type IdentifierRecord,
  identifiers,
  renameIdentifier,
} from '../identifiers/state.ts'
import { contains, equals } from '../json-api/filters.ts'
import type { Resource } from '../json-api/resource.ts'
import { onlySeedFields, optionalSeedText, seedText } from '../json-api/seeding.ts'

/** Merchant IDs of Apple Pay. Source: developer.apple.com/documentation/appstoreconnectapi/merchant-ids */
export const merchantIdResource: Resource<IdentifierRecord> = {
  type: 'merchantIds',
  attributeNames: ['name', 'identifier'],
  attributes: ({ name, identifier }) => ({ name, identifier }),
  relationships: {
    certificates: { kind: 'many', target: 'certificates', isIncludable: true, related: () => [] },
  },
  find: (scene, id) => storeOf(scene.team, identifiers.merchantIds).get(id),
  filters: { name: contains((record) => record.name), identifier: equals((record) => record.identifier) },
  sorts: { name: (record) => record.name, identifier: (record) => record.identifier },
  list: (scene) => storeOf(scene.team, identifiers.merchantIds).values(),
  isReadable: true,
  create: {
    body: {
      attributes: {
        name: { kind: 'string', isRequired: true },
        identifier: { kind: 'string', isRequired: true },
      },
    },
    run: ({ attributes }, call) =>
      createIdentifier(call, 'merchantIds', {
        name: String(attributes.name),
        identifier: String(attributes.identifier),
      }),
  },
  update: {
    body: { attributes: { name: { kind: 'string', isNullable: true } } },
    run: ({ attributes }, call, record) =>
      typeof attributes.name === 'string' ? renameIdentifier(call, 'merchantIds', record, attributes.name) : record,
  },
  remove: (record, call) => deleteIdentifier(call, 'merchantIds', record),
  permission: (access) => (access === 'read' ? 'identifiers:read' : 'identifiers:write'),
  seed(scene, item) {
    onlySeedFields(item, ['name', 'identifier'])
    const identifier = seedText(item, 'identifier')
    const name = optionalSeedText(item, 'name') ?? identifier.replace(/[^A-Za-z0-9]+/g, ' ').trim()
    return createIdentifier(scene, 'merchantIds', { name, identifier })
  },
}
