import {
  type BundleIdRecord,
  bundleIds,
  createBundleId,
  deleteBundleId,
  isWildcard,
  renameBundleId,
} from '../../app-store-connect/bundle-ids/state.ts'
import type { LinkedKind } from '../../app-store-connect/identifiers/kinds.ts'
import { linkedTo, linkIdentifiers } from '../../app-store-connect/identifiers/state.ts'
import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { type Action, type LegacyCall, type Result, reads, type Slug, writes } from './action.ts'
import { invalidParameter } from './errors.ts'
import { LEGACY_NAMES, legacyIdentifier } from './identifier-names.ts'
import { pageOf } from './paging.ts'
import { addServices, enabledFeaturesOf, featuresOf, setService, wishedServices } from './services.ts'

const PLATFORMS: Readonly<Record<Slug, readonly string[]>> = {
  ios: ['UNIVERSAL', 'IOS'],
  mac: ['UNIVERSAL', 'MAC_OS'],
}
const NEW_PLATFORM: Readonly<Record<Slug, string>> = { ios: 'IOS', mac: 'MAC_OS' }

/** An App ID as lists and profiles tell it. */
export function appIdOf(scene: Scene, record: BundleIdRecord, slug: Slug): Result {
  const features = featuresOf(scene, record.id)
  return {
    appIdId: record.id,
    name: record.name,
    appIdPlatform: slug,
    prefix: record.seedId,
    identifier: record.identifier,
    isWildCard: isWildcard(record.identifier),
    isDuplicate: false,
    features,
    enabledFeatures: enabledFeaturesOf(scene, record.id),
    isDevPushEnabled: features.push,
    isProdPushEnabled: features.push,
    associatedApplicationGroupsCount: linkedTo(scene, record, 'appGroups').length,
    associatedCloudContainersCount: linkedTo(scene, record, 'cloudContainers').length,
    associatedIdentifiersCount: linkedTo(scene, record, 'merchantIds').length,
  }
}

function detailOf(scene: Scene, record: BundleIdRecord, slug: Slug): Result {
  const linked = (kind: LinkedKind) =>
    linkedTo(scene, record, kind).map((one) => legacyIdentifier(kind, one, scene.team))
  return {
    ...appIdOf(scene, record, slug),
    associatedApplicationGroups: linked('appGroups'),
    associatedCloudContainers: linked('cloudContainers'),
    associatedIdentifiers: linked('merchantIds'),
    canEdit: true,
    canDelete: true,
  }
}

/** The App ID that a parameter names. */
export function namedAppId(call: LegacyCall, ...names: readonly string[]): BundleIdRecord {
  const name = names.find((one) => call.form.text(one) !== undefined) ?? names[0] ?? 'appIdId'
  const id = call.form.text(name) ?? ''
  const record = storeOf(call.team, bundleIds).get(id)
  if (record !== undefined) return record
  throw invalidParameter(name, `There is no App ID with ID '${id.slice(0, 40)}' on this team.`)
}

function list(call: LegacyCall): Result {
  const records = storeOf(call.team, bundleIds)
    .values()
    .filter((record) => PLATFORMS[call.slug].includes(record.platform))
  const { items, numbers } = pageOf(
    records.map((record) => appIdOf(call, record, call.slug)),
    call.form,
  )
  return { appIds: items, ...numbers }
}

function add(call: LegacyCall): Result {
  const { form } = call
  const identifier = form.text('identifier') ?? ''
  const type = form.text('type') ?? 'explicit'
  if (isWildcard(identifier) !== (type === 'wildcard')) {
    throw invalidParameter(
      'identifier',
      `The identifier '${identifier.slice(0, 100)}' does not fit the type '${type}'.`,
    )
  }
  const services = wishedServices(form)
  const record = createBundleId(call, { identifier, name: form.text('name') ?? '', platform: NEW_PLATFORM[call.slug] })
  addServices(call, record, services)
  return { appId: detailOf(call, record, call.slug) }
}

function rename(call: LegacyCall): Result {
  const record = renameBundleId(call, namedAppId(call, 'appIdId'), call.form.text('name') ?? '')
  return { appId: detailOf(call, record, call.slug) }
}

function change(call: LegacyCall): Result {
  const record = namedAppId(call, 'displayId', 'appIdId')
  setService(call, record, call.form.text('featureType') ?? '', call.form.text('featureValue') ?? '')
  return { appId: detailOf(call, record, call.slug) }
}

function changePush(call: LegacyCall): Result {
  const service = call.form.text('featureType') ?? 'push'
  if (service !== 'push') throw invalidParameter('featureType', `'${service.slice(0, 40)}' is not the service 'push'.`)
  return change(call)
}

function assigns(kind: LinkedKind): Action['run'] {
  return (call) => {
    const record = namedAppId(call, 'appIdId', 'displayId')
    const ids = call.form.list(LEGACY_NAMES[kind].listParameter ?? '')
    return { appId: detailOf(call, linkIdentifiers(call, record, kind, ids), call.slug) }
  }
}

const BASE = 'account/{p}/identifiers'

/** App IDs and their services. Source: spaceship `portal/portal_client.rb` (2.237). */
export const appIdActions: readonly Action[] = [
  reads(`${BASE}/listAppIds.action`, list),
  reads(`${BASE}/getAppIdDetail.action`, (call) => ({ appId: detailOf(call, namedAppId(call, 'appIdId'), call.slug) })),
  writes(`${BASE}/addAppId.action`, 'identifiers:write', add),
  writes(`${BASE}/deleteAppId.action`, 'identifiers:write', (call) => {
    deleteBundleId(call, namedAppId(call, 'appIdId'))
    return {}
  }),
  writes(`${BASE}/updateAppIdName.action`, 'identifiers:write', rename),
  writes(`${BASE}/updateService.action`, 'identifiers:write', change),
  writes(`${BASE}/updatePushService.action`, 'identifiers:write', changePush),
  writes(`${BASE}/assignApplicationGroupToAppId.action`, 'identifiers:write', assigns('appGroups')),
  writes(`${BASE}/assignCloudContainerToAppId.action`, 'identifiers:write', assigns('cloudContainers')),
  writes(`${BASE}/assignOMCToAppId.action`, 'identifiers:write', assigns('merchantIds')),
]
