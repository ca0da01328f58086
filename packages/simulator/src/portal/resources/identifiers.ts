import { IDENTIFIER_KIND_NAMES, type IdentifierKind } from '../../app-store-connect/identifiers/kinds.ts'
import {
  createIdentifier,
  deleteIdentifier,
  type IdentifierRecord,
  identifiers,
  renameIdentifier,
} from '../../app-store-connect/identifiers/state.ts'
import { contains, equals } from '../../app-store-connect/json-api/filters.ts'
import type { Resource } from '../../app-store-connect/json-api/resource.ts'
import { onlySeedFields, optionalSeedText, seedText } from '../../app-store-connect/json-api/seeding.ts'
import { storeOf } from '../../world/team.ts'

function identifierResource(kind: IdentifierKind): Resource<IdentifierRecord> {
  return {
    type: kind,
    attributeNames: ['name', 'identifier', 'prefix', 'canEdit', 'canDelete'],
    attributes: ({ name, identifier }, { team }) => ({
      name,
      identifier,
      prefix: team.teamId,
      canEdit: true,
      canDelete: true,
    }),
    relationships: {},
    find: (scene, id) => storeOf(scene.team, identifiers[kind]).get(id),
    filters: {
      id: equals((record) => record.id),
      name: contains((record) => record.name),
      identifier: contains((record) => record.identifier),
    },
    sorts: { name: (record) => record.name, identifier: (record) => record.identifier },
    list: (scene) => storeOf(scene.team, identifiers[kind]).values(),
    isReadable: true,
    create: {
      body: {
        attributes: {
          name: { kind: 'string', isRequired: true },
          identifier: { kind: 'string', isRequired: true },
        },
      },
      run: ({ attributes }, call) =>
        createIdentifier(call, kind, { name: String(attributes.name), identifier: String(attributes.identifier) }),
    },
    update: {
      body: { attributes: { name: { kind: 'string', isNullable: true } } },
      run: ({ attributes }, call, record) =>
        typeof attributes.name === 'string' ? renameIdentifier(call, kind, record, attributes.name) : record,
    },
    remove: (record, call) => deleteIdentifier(call, kind, record),
    permission: (access) => (access === 'read' ? 'identifiers:read' : 'identifiers:write'),
    seed(scene, item) {
      onlySeedFields(item, ['name', 'identifier'])
      const identifier = seedText(item, 'identifier')
      const name = optionalSeedText(item, 'name') ?? identifier.replace(/[^A-Za-z0-9]+/g, ' ').trim()
      return createIdentifier(scene, kind, { name, identifier })
    },
  }
}

/** App groups, iCloud containers and merchant IDs as the portal has them. Source: @expo/apple-utils 2.2.1. */
export const identifierResources: readonly Resource<IdentifierRecord>[] = IDENTIFIER_KIND_NAMES.map(identifierResource)
