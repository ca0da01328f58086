import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'
import { newAppleId } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { apps } from '../apps/state.ts'
import { addCapability, removeCapabilitiesOf } from '../bundle-id-capabilities/state.ts'
import type { LinkedKind } from '../identifiers/kinds.ts'
import { conflict, invalidAttribute } from '../json-api/errors.ts'
import { profiles } from '../profiles/store.ts'

/** An App ID. */
export interface BundleIdRecord extends StoredRecord {
  readonly identifier: string
  readonly name: string
  readonly platform: string
  readonly seedId: string
  /** Absent: `bundle`. App Clips are `onDemandInstallCapable`. */
  readonly bundleType?: string
  /** The app of an App Clip. */
  readonly parentId?: string
  /** The primary app of a service ID that signs in with Apple. */
  readonly appConsentId?: string
  /** Ids of what was assigned to it on the portal. */
  readonly linked?: Readonly<Partial<Record<LinkedKind, readonly string[]>>>
}

/** What a client says of a new one. */
export interface NewBundleId {
  readonly identifier: string
  readonly name: string
  readonly platform: string
  readonly seedId?: string | null
  readonly bundleType?: string
}

/** The team's bundle IDs. */
export const bundleIds: StoreDefinition<BundleIdRecord> = {
  name: 'bundleIds',
  indexes: { identifier: (record) => [record.identifier.toLowerCase()] },
}

const IDENTIFIER = /^(?=.{1,255}$)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(\.\*)?$/
const NAME = /^[A-Za-z0-9 ]+$/

/** Whether an identifier stands for many apps (`com.acme.*`). */
export function isWildcard(identifier: string): boolean {
  return identifier.endsWith('*')
}

function isTaken(scene: Scene, identifier: string): boolean {
  const key = identifier.toLowerCase()
  if (scene.world.settings.takenIdentifiers.some((taken) => taken.toLowerCase() === key)) return true
  return [...scene.world.teams.values()].some((team) => storeOf(team, bundleIds).count('identifier', key) > 0)
}

function checkName(name: string): void {
  if (NAME.test(name)) return
  throw invalidAttribute(
    'name',
    `The name '${name.slice(0, 100)}' contains invalid characters. Use letters, digits and spaces.`,
  )
}

function check(scene: Scene, wish: NewBundleId): void {
  checkName(wish.name)
  const { identifier } = wish
  if (identifier !== '*' && !IDENTIFIER.test(identifier)) {
    throw invalidAttribute('identifier', `'${identifier.slice(0, 100)}' is not a valid bundle identifier`)
  }
  if (typeof wish.seedId === 'string' && wish.seedId !== scene.team.teamId) {
    throw invalidAttribute('seedId', `The App ID Prefix '${wish.seedId.slice(0, 40)}' does not belong to this team`)
  }
  if (isTaken(scene, identifier)) {
    throw invalidAttribute(
      'identifier',
      `An App ID with Identifier '${identifier}' is not available. Please enter a different string.`,
    )
  }
}

/** Registers a bundle ID with the capabilities that Apple switches on by itself. The identifier is unique over all teams. */
export function createBundleId(scene: Scene, wish: NewBundleId): BundleIdRecord {
  check(scene, wish)
  const record = storeOf(scene.team, bundleIds).add({
    id: newAppleId(scene.world.random),
    visibleAt: visibleAt(scene, bundleIds.name),
    identifier: wish.identifier,
    name: wish.name,
    // Observed: what is made for IOS reads back as UNIVERSAL.
    platform: wish.platform === 'IOS' ? 'UNIVERSAL' : wish.platform,
    seedId: scene.team.teamId,
    ...(wish.bundleType === undefined ? {} : { bundleType: wish.bundleType }),
  })
  const defaults =
    isWildcard(wish.identifier) || wish.platform === 'SERVICES' ? [] : scene.world.settings.defaultCapabilities
  for (const capabilityType of defaults) addCapability(scene, record, capabilityType, null)
  return record
}

/** Renames a bundle ID. */
export function renameBundleId(scene: Scene, record: BundleIdRecord, name: string): BundleIdRecord {
  checkName(name)
  return storeOf(scene.team, bundleIds).change(record, { name })
}

/** Deletes a bundle ID with its capabilities and profiles. Refused while an app uses it. */
export function deleteBundleId(scene: Scene, record: BundleIdRecord): void {
  if (storeOf(scene.team, apps).count('bundleId', record.identifier) > 0) {
    throw conflict(
      `The bundle '${record.id}' cannot be deleted. Delete all the apps related to this bundle to proceed.`,
      '/data/id',
    )
  }
  const held = storeOf(scene.team, profiles)
  for (const profile of held.by('bundleId', record.id)) held.remove(profile.id)
  removeCapabilitiesOf(scene, record.id)
  storeOf(scene.team, bundleIds).remove(record.id)
}
