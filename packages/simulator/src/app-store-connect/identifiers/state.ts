import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'
import { newAppleId } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { type BundleIdRecord, bundleIds } from '../bundle-ids/state.ts'
import { invalidAttribute, invalidRelationship } from '../json-api/errors.ts'
import { invalidateProfilesOfBundleId } from '../profiles/store.ts'
import { IDENTIFIER_KINDS, type IdentifierKind, type IdentifierLists, isLinked, type LinkedKind } from './kinds.ts'

/** An app group, an iCloud container, or the ID of a merchant, of passes or of a website. */
export interface IdentifierRecord extends StoredRecord {
  readonly name: string
  readonly identifier: string
}

function definition(name: IdentifierKind): StoreDefinition<IdentifierRecord> {
  return { name, indexes: { identifier: (record) => [record.identifier.toLowerCase()] } }
}

/** The team's identifiers, per kind. */
export const identifiers: Readonly<Record<IdentifierKind, StoreDefinition<IdentifierRecord>>> = {
  appGroups: definition('appGroups'),
  cloudContainers: definition('cloudContainers'),
  merchantIds: definition('merchantIds'),
  passTypeIds: definition('passTypeIds'),
  websitePushIds: definition('websitePushIds'),
}

const REST = /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/
const NAME = /^[A-Za-z0-9 ]+$/

function checkName(name: string): void {
  if (NAME.test(name)) return
  throw invalidAttribute(
    'name',
    `The name '${name.slice(0, 100)}' contains invalid characters. Use letters, digits and spaces.`,
  )
}

function isTaken(scene: Scene, kind: IdentifierKind, identifier: string): boolean {
  const key = identifier.toLowerCase()
  return [...scene.world.teams.values()].some((team) => storeOf(team, identifiers[kind]).count('identifier', key) > 0)
}

/** Registers an identifier. Unique over all teams, as bundle IDs are. */
export function createIdentifier(
  scene: Scene,
  kind: IdentifierKind,
  wish: { readonly name: string; readonly identifier: string },
): IdentifierRecord {
  const { prefix, label } = IDENTIFIER_KINDS[kind]
  const { identifier, name } = wish
  checkName(name)
  if (!identifier.startsWith(prefix) || !REST.test(identifier.slice(prefix.length))) {
    throw invalidAttribute(
      'identifier',
      `'${identifier.slice(0, 100)}' is not a valid identifier. It must begin with '${prefix}'.`,
    )
  }
  if (isTaken(scene, kind, identifier)) {
    throw invalidAttribute(
      'identifier',
      `${label} with Identifier '${identifier}' is not available. Please enter a different string.`,
    )
  }
  return storeOf(scene.team, identifiers[kind]).add({
    id: newAppleId(scene.world.random),
    visibleAt: visibleAt(scene, kind),
    name,
    identifier,
  })
}

/** Renames an identifier. */
export function renameIdentifier(
  scene: Scene,
  kind: IdentifierKind,
  record: IdentifierRecord,
  name: string,
): IdentifierRecord {
  checkName(name)
  return storeOf(scene.team, identifiers[kind]).change(record, { name })
}

/** Deletes an identifier: App IDs lose it, and their profiles become INVALID. */
export function deleteIdentifier(scene: Scene, kind: IdentifierKind, record: IdentifierRecord): void {
  const owners = isLinked(kind) ? storeOf(scene.team, bundleIds).values() : []
  for (const owner of owners) {
    if (!isLinked(kind)) break
    const held = linkedIds(owner, kind)
    if (!held.includes(record.id)) continue
    linkIdentifiers(
      scene,
      owner,
      kind,
      held.filter((id) => id !== record.id),
    )
  }
  storeOf(scene.team, identifiers[kind]).remove(record.id)
}

/** The ids that are assigned to a bundle ID. */
export function linkedIds(record: BundleIdRecord, kind: LinkedKind): readonly string[] {
  return record.linked?.[kind] ?? []
}

/** The identifiers that are assigned to a bundle ID, oldest first. */
export function linkedTo(scene: Scene, record: BundleIdRecord, kind: LinkedKind): IdentifierRecord[] {
  const store = storeOf(scene.team, identifiers[kind])
  return linkedIds(record, kind)
    .flatMap((id) => store.get(id) ?? [])
    .sort((a, b) => a.seq - b.seq)
}

/** What a profile of a bundle ID tells of its groups, containers and merchants. */
export function linkedIdentifiers(scene: Scene, record: BundleIdRecord): IdentifierLists {
  const of = (kind: LinkedKind) => linkedTo(scene, record, kind).map(({ identifier }) => identifier)
  return { appGroups: of('appGroups'), cloudContainers: of('cloudContainers'), merchantIds: of('merchantIds') }
}

/** Assigns these identifiers of a kind, and no others, to a bundle ID; when that changes anything its profiles become INVALID. */
export function linkIdentifiers(
  scene: Scene,
  record: BundleIdRecord,
  kind: LinkedKind,
  ids: readonly string[],
): BundleIdRecord {
  const store = storeOf(scene.team, identifiers[kind])
  const wanted = [...new Set(ids)]
  const unknown = wanted.find((id) => store.get(id) === undefined)
  if (unknown !== undefined) {
    throw invalidRelationship(kind, `There is no ${IDENTIFIER_KINDS[kind].label} with ID '${unknown}' on this team.`)
  }
  const held = linkedIds(record, kind)
  if (held.length === wanted.length && wanted.every((id) => held.includes(id))) return record
  const changed = storeOf(scene.team, bundleIds).change(record, { linked: { ...record.linked, [kind]: wanted } })
  invalidateProfilesOfBundleId(scene, record.id)
  return changed
}
