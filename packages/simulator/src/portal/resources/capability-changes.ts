import { isOffered, WILDCARD_CAPABILITIES } from '../../app-store-connect/bundle-id-capabilities/settings.ts'
import {
  type CapabilityRecord,
  capabilities,
  capabilitiesOf,
  changeCapability,
  disableCapability,
  enableCapability,
  readSettings,
} from '../../app-store-connect/bundle-id-capabilities/state.ts'
import { type BundleIdRecord, bundleIds, isWildcard } from '../../app-store-connect/bundle-ids/state.ts'
import { LINKED_KINDS, type LinkedKind } from '../../app-store-connect/identifiers/kinds.ts'
import { identifiers, linkIdentifiers } from '../../app-store-connect/identifiers/state.ts'
import { conflict, invalidAttribute, invalidRelationship } from '../../app-store-connect/json-api/errors.ts'
import { invalidateProfilesOfBundleId } from '../../app-store-connect/profiles/store.ts'
import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'

type Json = Readonly<Record<string, unknown>>

/** One entry of a PATCH of a bundle ID, checked: what a capability shall be. */
export interface CapabilityChange {
  readonly capabilityType: string
  readonly isEnabled: boolean
  readonly settings: readonly Json[] | null
  readonly inputs: readonly Json[] | undefined
  /** What is assigned with it; a kind that is absent stays as it is. */
  readonly linked: Readonly<Partial<Record<LinkedKind, readonly string[]>>>
  readonly parentId: string | undefined
  readonly appConsentId: string | undefined
}

/** The bundle ID that changes are meant for, as far as the rules look at it. */
export interface ChangeTarget {
  readonly identifier: string
}

/** The cookie portal's name for the setting of Sign in with Apple (@expo/apple-utils 2.2.1). */
export const CONSENT_KEY = 'TIBURON_APP_CONSENT'
const DOCUMENTED_CONSENT_KEY = 'APPLE_ID_AUTH_APP_CONSENT'
const RELATIONSHIP = 'bundleIdCapabilities'

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function object(value: unknown): Json {
  return isJson(value) ? value : {}
}

function listOf(value: unknown, name: string): readonly Json[] | undefined {
  if (value === undefined || value === null) return undefined
  if (Array.isArray(value) && value.every(isJson)) return value
  throw invalidAttribute(name, `'${name}' must be a list of objects`)
}

function idsAt(relationships: Json, name: string, type: string): string[] | undefined {
  const relationship = relationships[name]
  if (relationship === undefined) return undefined
  const { data = null } = object(relationship)
  const items = data === null ? [] : Array.isArray(data) ? data : [data]
  return items.map((item) => {
    const { id, type: given } = object(item)
    if (typeof id === 'string' && given === type) return id
    throw invalidRelationship(RELATIONSHIP, `The relationship '${name}' must hold resources of type '${type}'`)
  })
}

function bundleAt(scene: Scene, relationships: Json, name: string): string | undefined {
  const id = idsAt(relationships, name, 'bundleIds')?.[0]
  if (id === undefined || storeOf(scene.team, bundleIds).get(id) !== undefined) return id
  throw invalidRelationship(name, `There is no App ID with ID '${id}' on this team.`)
}

function linkedAt(scene: Scene, relationships: Json): CapabilityChange['linked'] {
  const linked: Partial<Record<LinkedKind, readonly string[]>> = {}
  for (const kind of LINKED_KINDS) {
    const ids = idsAt(relationships, kind, kind)
    if (ids === undefined) continue
    const unknown = ids.find((id) => storeOf(scene.team, identifiers[kind]).get(id) === undefined)
    if (unknown !== undefined)
      throw invalidRelationship(kind, `There is no resource of type '${kind}' with id '${unknown}'`)
    linked[kind] = ids
  }
  return linked
}

function plainSettings(settings: readonly Json[] | undefined): readonly Json[] | null {
  if (settings === undefined) return null
  return settings.map((setting) =>
    setting.key === CONSENT_KEY ? { ...setting, key: DOCUMENTED_CONSENT_KEY } : setting,
  )
}

function checkOffer(capabilityType: string, target: ChangeTarget): void {
  if (!isOffered(capabilityType, 'portal')) {
    throw invalidRelationship(RELATIONSHIP, `There is no resource of type 'capabilities' with id '${capabilityType}'`)
  }
  if (isWildcard(target.identifier) && !WILDCARD_CAPABILITIES.has(capabilityType)) {
    throw conflict(`The capability '${capabilityType}' is not available for the wildcard App ID '${target.identifier}'`)
  }
}

/** Checks one entry of a request before anything is changed. */
function readChange(scene: Scene, item: Json, target: ChangeTarget): CapabilityChange {
  const attributes = object(item.attributes)
  const relationships = object(item.relationships)
  const [capabilityType] = idsAt(relationships, 'capability', 'capabilities') ?? []
  if (capabilityType === undefined) throw invalidRelationship(RELATIONSHIP, 'A capability is not named')
  const { enabled = true } = attributes
  if (typeof enabled !== 'boolean') throw invalidAttribute('enabled', "'enabled' must be true or false")
  const settings = plainSettings(listOf(attributes.settings, 'settings'))
  if (enabled) {
    checkOffer(capabilityType, target)
    readSettings(capabilityType, settings, 'portal')
  }
  return {
    capabilityType,
    isEnabled: enabled,
    settings,
    inputs: listOf(attributes.inputs, 'inputs'),
    linked: linkedAt(scene, relationships),
    parentId: bundleAt(scene, relationships, 'parentBundleId'),
    appConsentId: bundleAt(scene, relationships, 'appConsentBundleId'),
  }
}

/** Checks every entry of a request: a request that is refused changes nothing. */
export function readChanges(scene: Scene, items: readonly Json[], target: ChangeTarget): CapabilityChange[] {
  return items.map((item) => readChange(scene, item, target))
}

function switchOn(
  scene: Scene,
  owner: BundleIdRecord,
  present: CapabilityRecord | undefined,
  { capabilityType, settings, inputs }: CapabilityChange,
): void {
  if (present === undefined) enableCapability(scene, owner, capabilityType, settings, 'portal')
  else if (settings !== null && settings.length > 0) {
    const wanted = readSettings(capabilityType, settings, 'portal')
    if (String(wanted) !== String(present.options)) changeCapability(scene, present, settings, 'portal')
  }
  if (inputs === undefined) return
  const store = storeOf(scene.team, capabilities)
  const record = capabilitiesOf(scene, owner.id).find((one) => one.capabilityType === capabilityType)
  if (record !== undefined) store.change(record, { inputs })
}

function setLinks(scene: Scene, owner: BundleIdRecord, change: CapabilityChange): BundleIdRecord {
  let record = owner
  for (const kind of LINKED_KINDS) {
    const ids = change.linked[kind]
    if (ids !== undefined) record = linkIdentifiers(scene, record, kind, ids)
  }
  const { parentId = record.parentId, appConsentId = record.appConsentId } = change
  if (parentId === record.parentId && appConsentId === record.appConsentId) return record
  if (parentId !== record.parentId) invalidateProfilesOfBundleId(scene, record.id)
  return storeOf(scene.team, bundleIds).change(record, {
    ...(parentId === undefined ? {} : { parentId }),
    ...(appConsentId === undefined ? {} : { appConsentId }),
  })
}

/** Makes checked changes. What is as wished already stays untouched, profiles with it. */
export function applyChanges(
  scene: Scene,
  owner: BundleIdRecord,
  changes: readonly CapabilityChange[],
): BundleIdRecord {
  let record = owner
  for (const change of changes) {
    const present = capabilitiesOf(scene, owner.id).find((one) => one.capabilityType === change.capabilityType)
    if (change.isEnabled) switchOn(scene, record, present, change)
    else if (present !== undefined) disableCapability(scene, present)
    if (change.isEnabled) record = setLinks(scene, record, change)
  }
  return record
}

/** Switches every capability of a bundle ID off: what an empty list means for a service ID. */
export function switchAllOff(scene: Scene, owner: BundleIdRecord): void {
  for (const capability of capabilitiesOf(scene, owner.id)) disableCapability(scene, capability)
}
