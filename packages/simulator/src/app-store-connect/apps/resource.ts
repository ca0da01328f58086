import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { addVersion, moveVersion } from '../app-store-versions/state.ts'
import { APP_STORE_STATES, STORE_PLATFORMS, VERSION_STATES } from '../app-store-versions/states.ts'
import { type VersionRecord, versions } from '../app-store-versions/store.ts'
import { bundleIds } from '../bundle-ids/state.ts'
import { invalidAttribute } from '../json-api/errors.ts'
import { contains, equals } from '../json-api/filters.ts'
import type { Filter, Resource } from '../json-api/resource.ts'
import { onlySeedFields, optionalSeedText, type SeedItem, seedText } from '../json-api/seeding.ts'
import { addApp } from './create.ts'
import { appRelationships } from './relationships.ts'
import { type AppRecord, apps } from './state.ts'

const CONTENT_RIGHTS = ['DOES_NOT_USE_THIRD_PARTY_CONTENT', 'USES_THIRD_PARTY_CONTENT'] as const
const CHANGEABLE = [
  'accessibilityUrl',
  'bundleId',
  'primaryLocale',
  'subscriptionStatusUrl',
  'subscriptionStatusUrlVersion',
  'subscriptionStatusUrlForSandbox',
  'subscriptionStatusUrlVersionForSandbox',
  'contentRightsDeclaration',
  'streamlinedPurchasingEnabled',
] as const

/** Apple's text filters contain; a value in double quotes is exact (so Apple's own altool asks). */
function quotable(read: (record: AppRecord) => string): Filter<AppRecord> {
  const loose = contains(read)
  return {
    matches(record, value, scene) {
      const quoted = /^"(.*)"$/.exec(value)?.[1]
      return quoted === undefined ? loose.matches(record, value, scene) : read(record) === quoted
    },
  }
}

/** Filters on what no simulated app has yet: nothing passes. */
function nothing(values?: readonly string[]): Filter<AppRecord> {
  return { ...(values === undefined ? {} : { values }), matches: () => false }
}

function anyVersion(
  fits: (version: VersionRecord, value: string) => boolean,
  values?: readonly string[],
): Filter<AppRecord> {
  return {
    ...(values === undefined ? {} : { values }),
    matches: (record, value, scene) =>
      storeOf(scene.team, versions)
        .by('app', record.id)
        .some((version) => fits(version, value)),
  }
}

/** The versions of a seed, the oldest first: each in its state before the next is made. */
function seedVersions(scene: Scene, app: AppRecord, item: SeedItem): void {
  const wishes: unknown[] = Array.isArray(item.versions) ? item.versions : [{}]
  for (const wish of wishes) {
    const one: SeedItem = typeof wish === 'object' && wish !== null ? { ...wish } : {}
    onlySeedFields(one, ['platform', 'versionString', 'state'])
    const [platform, state] = [optionalSeedText(one, 'platform') ?? 'IOS', optionalSeedText(one, 'state')]
    const version = addVersion(scene, app, platform, optionalSeedText(one, 'versionString') ?? '1.0')
    if (state === undefined) continue
    if (VERSION_STATES[state] === undefined) throw invalidAttribute('state', `'${state}' is not a state of versions`)
    moveVersion(scene, version, state)
  }
}

function changes(scene: Scene, attributes: Readonly<Record<string, unknown>>): Partial<AppRecord> {
  const sent = CHANGEABLE.filter((name) => attributes[name] !== undefined && attributes[name] !== null)
  const bundleId = attributes.bundleId
  if (
    typeof bundleId === 'string' &&
    storeOf(scene.team, bundleIds).count('identifier', bundleId.toLowerCase()) === 0
  ) {
    throw invalidAttribute('bundleId', `There is no App ID with Identifier '${bundleId.slice(0, 100)}' on this team.`)
  }
  return Object.fromEntries(sent.map((name) => [name, attributes[name]]))
}

/** App records; made and deleted by people on the web only. Source: developer.apple.com/documentation/appstoreconnectapi/apps */
export const appResource: Resource<AppRecord> = {
  type: 'apps',
  attributeNames: [
    'accessibilityUrl',
    'name',
    'bundleId',
    'sku',
    'primaryLocale',
    'isOrEverWasMadeForKids',
    'subscriptionStatusUrl',
    'subscriptionStatusUrlVersion',
    'subscriptionStatusUrlForSandbox',
    'subscriptionStatusUrlVersionForSandbox',
    'contentRightsDeclaration',
    'streamlinedPurchasingEnabled',
  ],
  attributes: (record) => ({
    accessibilityUrl: record.accessibilityUrl,
    name: record.name,
    bundleId: record.bundleId,
    sku: record.sku,
    primaryLocale: record.primaryLocale,
    isOrEverWasMadeForKids: false,
    subscriptionStatusUrl: record.subscriptionStatusUrl,
    subscriptionStatusUrlVersion: record.subscriptionStatusUrlVersion,
    subscriptionStatusUrlForSandbox: record.subscriptionStatusUrlForSandbox,
    subscriptionStatusUrlVersionForSandbox: record.subscriptionStatusUrlVersionForSandbox,
    contentRightsDeclaration: record.contentRightsDeclaration,
    streamlinedPurchasingEnabled: record.streamlinedPurchasingEnabled,
  }),
  relationships: appRelationships,
  find: (scene, id) => storeOf(scene.team, apps).get(id),
  filters: {
    id: equals((record) => record.id),
    bundleId: quotable((record) => record.bundleId),
    name: quotable((record) => record.name),
    sku: quotable((record) => record.sku),
    appStoreVersions: anyVersion((version, value) => version.id === value),
    'appStoreVersions.platform': anyVersion((version, value) => version.platform === value, STORE_PLATFORMS),
    'appStoreVersions.appStoreState': anyVersion(
      (version, value) => VERSION_STATES[version.state] === value,
      APP_STORE_STATES,
    ),
    'appStoreVersions.appVersionState': anyVersion(
      (version, value) => version.state === value,
      Object.keys(VERSION_STATES),
    ),
    'reviewSubmissions.state': nothing(),
    'reviewSubmissions.platform': nothing(STORE_PLATFORMS),
  },
  sorts: {
    name: (record) => record.name,
    bundleId: (record) => record.bundleId,
    sku: (record) => record.sku,
  },
  list: (scene) => storeOf(scene.team, apps).values(),
  isReadable: true,
  update: {
    body: {
      attributes: {
        accessibilityUrl: { kind: 'string', isNullable: true },
        bundleId: { kind: 'string', isNullable: true },
        primaryLocale: { kind: 'string', isNullable: true },
        subscriptionStatusUrl: { kind: 'string', isNullable: true },
        subscriptionStatusUrlVersion: { kind: 'string', isNullable: true, values: ['V1', 'V2'] },
        subscriptionStatusUrlForSandbox: { kind: 'string', isNullable: true },
        subscriptionStatusUrlVersionForSandbox: { kind: 'string', isNullable: true, values: ['V1', 'V2'] },
        contentRightsDeclaration: { kind: 'string', isNullable: true, values: CONTENT_RIGHTS },
        streamlinedPurchasingEnabled: { kind: 'boolean', isNullable: true },
      },
    },
    run: ({ attributes }, call, record) => storeOf(call.team, apps).change(record, changes(call, attributes)),
  },
  permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
  seed(scene, item) {
    onlySeedFields(item, ['name', 'bundleId', 'sku', 'primaryLocale', 'versions'])
    const bundleId = seedText(item, 'bundleId')
    const app = addApp(scene, {
      name: seedText(item, 'name'),
      bundleId,
      sku: optionalSeedText(item, 'sku') ?? bundleId,
      primaryLocale: optionalSeedText(item, 'primaryLocale') ?? 'en-US',
      versions: [],
    })
    seedVersions(scene, app, item)
    return app
  },
}
