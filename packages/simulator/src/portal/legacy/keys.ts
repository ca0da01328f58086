import { generateKeyPairSync } from 'node:crypto'
import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'
import { newAppleId } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { type Action, Download, downloads, type LegacyCall, type Result, reads, writes } from './action.ts'
import { invalidParameter, LegacyError } from './errors.ts'
import { pageOf } from './paging.ts'

/** What a key opens. */
export interface KeyService {
  readonly serviceId: string
  /** What it is bound to, as the client sent it: bundle IDs, music ids. */
  readonly identifiers: readonly string[]
}

/** A key of the developer portal (APNs, DeviceCheck, MusicKit, Sign in with Apple): not one of App Store Connect. */
export interface AuthKeyRecord extends StoredRecord {
  readonly name: string
  readonly services: readonly KeyService[]
  /** PKCS#8 PEM; null once it was downloaded. */
  readonly privateKey: string | null
}

/** The team's keys. */
export const authKeys: StoreDefinition<AuthKeyRecord> = { name: 'authKeys', indexes: {} }

const SERVICE_NAMES: Readonly<Record<string, string>> = {
  U27F4V844T: 'Apple Push Notifications service (APNs)',
  DQ8HTZ7739: 'DeviceCheck',
  '6A7HVUVQ3M': 'MusicKit',
  APPLE_ID_AUTH_KEY_CONFIGURATION: 'Sign In with Apple',
}
const TOO_MANY_KEYS = 29_102
const NAME = /^[^\\/"'<>@]+$/

type Json = Readonly<Record<string, unknown>>

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function legacyKey(record: AuthKeyRecord): Result {
  return {
    keyId: record.id,
    keyName: record.name,
    services: record.services.map(({ serviceId, identifiers }) => ({
      id: serviceId,
      name: SERVICE_NAMES[serviceId] ?? serviceId,
      configurations: identifiers.map((id) => ({ id })),
    })),
    canDownload: record.privateKey !== null,
    canRevoke: true,
  }
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
}

/** `serviceConfigurationsRequests`, or the older `serviceConfigurations`, of a request. */
function servicesOf({ form }: LegacyCall): KeyService[] {
  const { serviceConfigurationsRequests: requests, serviceConfigurations: older } = form.json
  const services = Array.isArray(requests)
    ? requests.filter(isJson).map(({ serviceId, identifiers }) => ({
        serviceId: String(serviceId),
        identifiers: isJson(identifiers) ? Object.values(identifiers).flatMap(textsOf) : [],
      }))
    : Object.entries(isJson(older) ? older : {}).map(([serviceId, ids]) => ({ serviceId, identifiers: textsOf(ids) }))
  const unknown = services.find(({ serviceId }) => SERVICE_NAMES[serviceId] === undefined)
  if (unknown !== undefined) {
    throw invalidParameter('serviceConfigurations', `There is no service '${unknown.serviceId.slice(0, 60)}'.`)
  }
  if (services.length === 0) throw invalidParameter('serviceConfigurations', 'Select at least one service.')
  return services
}

function checkRoom(scene: Scene, services: readonly KeyService[]): void {
  const held = storeOf(scene.team, authKeys).values()
  const isFull = ({ serviceId }: KeyService) =>
    held.filter((key) => key.services.some((one) => one.serviceId === serviceId)).length >=
    scene.world.settings.authKeysPerService
  if (!services.some(isFull)) return
  throw new LegacyError(
    TOO_MANY_KEYS,
    'maximum.keys.reached',
    'You have already reached the maximum allowed number of Keys for this service. (29102)',
  )
}

function nameOf({ form }: LegacyCall): string {
  const name = form.text('name') ?? form.text('keyName') ?? ''
  if (NAME.test(name)) return name
  throw invalidParameter('name', `The key name '${name.slice(0, 60)}' is empty or contains invalid characters.`)
}

function create(call: LegacyCall): Result {
  const name = nameOf(call)
  const services = servicesOf(call)
  checkRoom(call, services)
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const record = storeOf(call.team, authKeys).add({
    id: newAppleId(call.world.random),
    visibleAt: visibleAt(call, authKeys.name),
    name,
    services,
    privateKey,
  })
  return { keys: [legacyKey(record)] }
}

function named(call: LegacyCall): AuthKeyRecord {
  const id = call.form.text('keyId') ?? ''
  const record = storeOf(call.team, authKeys).get(id)
  if (record !== undefined) return record
  throw invalidParameter('keyId', `There is no key with ID '${id.slice(0, 40)}' on this team.`)
}

function update(call: LegacyCall): Result {
  const record = named(call)
  const changed = storeOf(call.team, authKeys).change(record, { name: nameOf(call), services: servicesOf(call) })
  return { keys: [legacyKey(changed)] }
}

/** The private key, once. */
function download(call: LegacyCall): Download {
  const record = named(call)
  if (record.privateKey === null) {
    throw invalidParameter('keyId', `The key '${record.id}' has already been downloaded.`)
  }
  storeOf(call.team, authKeys).change(record, { privateKey: null })
  return new Download(Buffer.from(record.privateKey), 'application/octet-stream', `AuthKey_${record.id}.p8`)
}

function list(call: LegacyCall): Result {
  const { items, numbers } = pageOf(storeOf(call.team, authKeys).values().map(legacyKey), call.form)
  return { keys: items, ...numbers }
}

const BASE = 'account/auth/key'

/** Keys of the portal. Source: spaceship `portal/key.rb` (2.237), @expo/apple-utils 2.2.1. */
export const keyActions: readonly Action[] = [
  reads(`${BASE}/list`, list),
  reads(`${BASE}/get`, (call) => ({ keys: [legacyKey(named(call))] })),
  downloads(`${BASE}/download`, download),
  writes(`${BASE}/v2/create`, 'identifiers:write', create),
  writes(`${BASE}/v2/update`, 'identifiers:write', update),
  writes(`${BASE}/revoke`, 'identifiers:write', (call) => {
    storeOf(call.team, authKeys).remove(named(call).id)
    return {}
  }),
]
