import { CAPABILITY_TYPES, PORTAL_CAPABILITY_TYPES } from '../src/app-store-connect/bundle-id-capabilities/settings.ts'

type Json = Record<string, unknown>

/** Values that Apple's service answers although its document does not list them, with the source of each. */
const EXTRA_VALUES: readonly (readonly [path: string, values: readonly string[], source: string])[] = [
  [
    'CapabilityType',
    PORTAL_CAPABILITY_TYPES.filter((type) => !CAPABILITY_TYPES.includes(type)),
    'fastlane bundle_id_capability.rb; AvdLee: what people switched on is shown to keys',
  ],
  ['CapabilitySetting.key', ['PUSH_NOTIFICATION_FEATURES'], 'expo apple-utils 2.2.1'],
  ['CapabilityOption.key', ['PUSH_NOTIFICATION_FEATURE_BROADCAST'], 'expo apple-utils 2.2.1'],
  ['Device.attributes.status', ['PROCESSING', 'INELIGIBLE'], 'AvdLee/appstoreconnect-swift-sdk#284, expo/expo#47576'],
  ['Device.attributes.deviceClass', ['APPLE_SILICON_MAC', 'INTEL_MAC'], 'fastlane spaceship device.rb'],
  ['Profile.attributes.profileState', ['EXPIRED'], 'codemagic cli-tools, marked undocumented'],
]

/** Attributes that Apple's service answers although its document does not list them. */
const EXTRA_ATTRIBUTES: readonly (readonly [schema: string, attribute: string, source: string])[] = [
  ['Certificate', 'csrContent', 'codemagic cli-tools fails without the key'],
]

/** Statuses that Apple's service answers although the operation does not declare them. */
export const EXTRA_STATUSES: readonly (readonly [operation: string, status: number, source: string])[] = [
  ['appStoreVersions_deleteInstance', 409, 'users: a submitted version can not be deleted'],
  ['appStoreVersionLocalizations_deleteInstance', 409, 'known: the primary locale can not be deleted'],
  ['appInfoLocalizations_deleteInstance', 409, 'known: the primary locale can not be deleted'],
  ['betaAppLocalizations_deleteInstance', 409, 'known: the primary locale can not be deleted'],
  ['appScreenshotSets_deleteInstance', 409, 'locked when the version is not editable'],
  ['appScreenshots_deleteInstance', 409, 'locked when the version is not editable'],
  ['appPreviewSets_deleteInstance', 409, 'locked when the version is not editable'],
  ['appPreviews_deleteInstance', 409, 'locked when the version is not editable'],
  ['appStoreVersionPhasedReleases_deleteInstance', 409, 'Apple: it can be deleted before the release only'],
  ['reviewSubmissionItems_deleteInstance', 409, 'clients: not once it is submitted'],
  ['buildUploads_deleteInstance', 409, 'clients: DELETE works while AWAITING_UPLOAD'],
  ['bundleIds_deleteInstance', 409, 'users: delete is refused while an app uses the bundle ID'],
  ['*', 404, 'Apple answers PATH_ERROR at every address'],
  ['*', 500, 'clients: UNEXPECTED_ERROR'],
  ['*', 413, 'any HTTP server'],
  ['*', 501, 'the simulator itself: operation not played'],
]

/** Operations that Apple's service has although its document does not. */
export const EXTRA_OPERATIONS: readonly (readonly [method: string, path: string, source: string])[] = [
  ['POST', '/v1/bulkBetaTesterAssignments', 'fastlane pilot, with keys too'],
]

/** Answers about one related resource, which may be none. */
const EMPTY_TO_ONE = [
  'AppWithoutIncludesResponse',
  'AppCategoryResponse',
  'AppCategoryWithoutIncludesResponse',
  'AppStoreReviewDetailResponse',
  'AppStoreVersionPhasedReleaseWithoutIncludesResponse',
  'AppStoreVersionResponse',
  'BetaAppReviewSubmissionWithoutIncludesResponse',
  'BuildWithoutIncludesResponse',
  'PassTypeIdResponse',
]

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function at(schemas: Json, path: string): Json {
  let here = schemas
  for (const part of path.split('.')) {
    const properties = isObject(here.properties) ? here.properties : here
    const next = properties[part]
    if (!isObject(next)) throw new Error(`overlay: no ${path}`)
    here = next
  }
  return here
}

/** Absent values come as explicit nulls (recorded answers): every attribute may be null. */
function allowNulls(attributes: Json): void {
  for (const [name, schema] of Object.entries(attributes)) attributes[name] = { anyOf: [schema, { type: 'null' }] }
}

/** Members that no schema names are findings, so that a slip in the simulator's spelling is seen. */
function closeObjects(schema: unknown): void {
  if (Array.isArray(schema)) schema.forEach(closeObjects)
  if (!isObject(schema)) return
  if (isObject(schema.properties) && schema.additionalProperties === undefined) schema.additionalProperties = false
  Object.values(schema).forEach(closeObjects)
}

function allowEmptyToOne(schema: unknown): void {
  if (Array.isArray(schema)) schema.forEach(allowEmptyToOne)
  if (!isObject(schema)) return
  const { data } = isObject(schema.properties) ? schema.properties : {}
  const isLinkage =
    isObject(data) && data.type === 'object' && isObject(data.properties) && !('attributes' in data.properties)
  if (isLinkage && isObject(schema.properties)) schema.properties.data = { anyOf: [data, { type: 'null' }] }
  Object.values(schema).forEach(allowEmptyToOne)
}

/**
 * Loosens Apple's schemas where its own service is known to differ, and tightens them where they say nothing.
 * Also: error entries carry `links.see` (recorded by codemagic), an empty to-one relationship is `data: null` (JSON:API 1.0).
 */
export function applyOverlay(original: Record<string, Json>): Record<string, Json> {
  const schemas: Record<string, Json> = structuredClone(original)
  for (const [path, values] of EXTRA_VALUES) {
    const place = at(schemas, path)
    place.enum = [...(Array.isArray(place.enum) ? place.enum : []), ...values]
  }
  closeObjects(schemas)
  allowEmptyToOne(schemas)
  for (const [name, schema] of Object.entries(schemas)) {
    const properties = isObject(schema.properties) ? schema.properties : {}
    const attributes = isObject(properties.attributes) ? properties.attributes : undefined
    if (attributes === undefined || !isObject(attributes.properties)) continue
    for (const [type, attribute] of EXTRA_ATTRIBUTES) if (type === name) attributes.properties[attribute] = {}
    allowNulls(attributes.properties)
  }
  at(schemas, 'ErrorLinks').properties = {
    see: { type: 'string' },
    ...Object(at(schemas, 'ErrorLinks').properties),
  }
  for (const name of ['CapabilitySetting', 'CapabilityOption']) {
    const properties = at(schemas, name).properties
    if (isObject(properties)) allowNulls(properties)
  }
  for (const name of EMPTY_TO_ONE) {
    const { properties } = isObject(schemas[name]) ? schemas[name] : {}
    if (isObject(properties)) properties.data = { anyOf: [properties.data, { type: 'null' }] }
  }
  return schemas
}
