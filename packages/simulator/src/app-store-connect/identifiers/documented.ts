import { storeOf } from '../../world/team.ts'
import { certificates } from '../certificates/store.ts'
import { contains, equals } from '../json-api/filters.ts'
import type { Resource } from '../json-api/resource.ts'
import { onlySeedFields, optionalSeedText, seedText } from '../json-api/seeding.ts'
import type { IdentifierKind } from './kinds.ts'
import { createIdentifier, deleteIdentifier, type IdentifierRecord, identifiers, renameIdentifier } from './state.ts'

/** A kind of identifier as the documented API has it: with the certificates that were made for each. */
export function documentedIdentifier(kind: IdentifierKind, filters: readonly string[]): Resource<IdentifierRecord> {
  const known = {
    id: equals((record: IdentifierRecord) => record.id),
    name: contains((record: IdentifierRecord) => record.name),
    identifier: equals((record: IdentifierRecord) => record.identifier),
  }
  return {
    type: kind,
    attributeNames: ['name', 'identifier'],
    attributes: ({ name, identifier }) => ({ name, identifier }),
    relationships: {
      certificates: {
        kind: 'many',
        target: 'certificates',
        isIncludable: true,
        relatedQuery: 'fields',
        related: (record, scene) => storeOf(scene.team, certificates).by('owner', record.id),
      },
    },
    find: (scene, id) => storeOf(scene.team, identifiers[kind]).get(id),
    filters: Object.fromEntries(Object.entries(known).filter(([name]) => filters.includes(name))),
    sorts: {
      name: (record) => record.name,
      identifier: (record) => record.identifier,
      ...(filters.includes('id') ? { id: (record: IdentifierRecord) => record.id } : {}),
    },
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
