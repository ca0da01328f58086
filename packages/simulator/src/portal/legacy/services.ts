import {
  addCapability,
  type CapabilityRecord,
  capabilitiesOf,
  changeCapability,
  disableCapability,
  enableCapability,
} from '../../app-store-connect/bundle-id-capabilities/state.ts'
import type { BundleIdRecord } from '../../app-store-connect/bundle-ids/state.ts'
import type { Scene } from '../../world/world.ts'
import { invalidParameter } from './errors.ts'
import type { Form } from './form.ts'

/** The legacy portal's ids of services, and the capability that each is. Source: spaceship `portal/app_service.rb` (2.237). */
const SERVICES: readonly (readonly [serviceId: string, capabilityType: string])[] = [
  ['AWEQ28MY3E', 'ACCESS_WIFI_INFORMATION'],
  ['APG3427HIY', 'APP_GROUPS'],
  ['OM633U5T5G', 'APPLE_PAY'],
  ['SKC3T5S89Y', 'ASSOCIATED_DOMAINS'],
  ['CPEQ28MX4E', 'AUTOFILL_CREDENTIAL_PROVIDER'],
  ['PKTJAN2017', 'CLASSKIT'],
  ['dataProtection', 'DATA_PROTECTION'],
  ['gameCenter', 'GAME_CENTER'],
  ['HK421J6T7P', 'HEALTHKIT'],
  ['homeKit', 'HOMEKIT'],
  ['HSC639VEI8', 'HOT_SPOT'],
  ['iCloud', 'ICLOUD'],
  ['inAppPurchase', 'IN_APP_PURCHASE'],
  ['IAD53UNK2F', 'INTER_APP_AUDIO'],
  ['MP49FN762P', 'MULTIPATH'],
  ['NWEXT04537', 'NETWORK_EXTENSIONS'],
  ['NFCTRMAY17', 'NFC_TAG_READING'],
  ['V66P55NK2I', 'PERSONAL_VPN'],
  ['push', 'PUSH_NOTIFICATIONS'],
  ['SI015DKUHP', 'SIRIKIT'],
  ['passbook', 'WALLET'],
  ['WC421J6T7P', 'WIRELESS_ACCESSORY_CONFIGURATION'],
]

const TYPES: ReadonlyMap<string, string> = new Map(SERVICES)
const CLOUD_KIT = 'cloudKitVersion'
const OFF: ReadonlySet<string> = new Set(['', 'false', 'off', '0'])

/** The setting's options by the legacy values of a service that has more than on and off. */
const LEVELS: Readonly<Record<string, { readonly key: string; readonly options: Readonly<Record<string, string>> }>> = {
  dataProtection: {
    key: 'DATA_PROTECTION_PERMISSION_LEVEL',
    options: {
      complete: 'COMPLETE_PROTECTION',
      unlessopen: 'PROTECTED_UNLESS_OPEN',
      untilfirstauth: 'PROTECTED_UNTIL_FIRST_USER_AUTH',
    },
  },
  [CLOUD_KIT]: { key: 'ICLOUD_VERSION', options: { 1: 'XCODE_5', 2: 'XCODE_6' } },
}

function levelOf(serviceId: string, record: CapabilityRecord): string {
  const options = Object.entries(LEVELS[serviceId]?.options ?? {})
  return options.find(([, option]) => record.options?.includes(option))?.[0] ?? ''
}

/** `features` of an App ID: on or off per service, the level of data protection, the version of CloudKit. */
export function featuresOf(scene: Scene, bundleId: string): Record<string, boolean | string | number> {
  const present = new Map(capabilitiesOf(scene, bundleId).map((record) => [record.capabilityType, record]))
  const features: Record<string, boolean | string | number> = {}
  for (const [serviceId, type] of SERVICES) {
    const record = present.get(type)
    features[serviceId] =
      serviceId in LEVELS ? (record === undefined ? '' : levelOf(serviceId, record)) : present.has(type)
  }
  const cloud = present.get('ICLOUD')
  features[CLOUD_KIT] = cloud === undefined ? 1 : Number(levelOf(CLOUD_KIT, cloud))
  return features
}

/** `enabledFeatures`: the ids of the services that are on. */
export function enabledFeaturesOf(scene: Scene, bundleId: string): string[] {
  const present = new Set(capabilitiesOf(scene, bundleId).map((record) => record.capabilityType))
  return SERVICES.flatMap(([serviceId, type]) => (present.has(type) ? [serviceId] : []))
}

function settingsFor(serviceId: string, value: string): unknown {
  const level = LEVELS[serviceId]
  if (level === undefined) return null
  const option = level.options[value]
  // "on" for a service with levels is its default.
  if (option === undefined && ['on', 'true'].includes(value)) return null
  if (option === undefined)
    throw invalidParameter('featureValue', `'${value.slice(0, 60)}' is not a value of '${serviceId}'`)
  return [{ key: level.key, options: [{ key: option, enabled: true }] }]
}

/** Switches a service on, off, or to another level. A CloudKit version switches iCloud on. */
export function setService(scene: Scene, owner: BundleIdRecord, serviceId: string, value: string): void {
  const type = serviceId === CLOUD_KIT ? 'ICLOUD' : TYPES.get(serviceId)
  if (type === undefined) throw invalidParameter('featureType', `There is no service '${serviceId.slice(0, 60)}'`)
  const present = capabilitiesOf(scene, owner.id).find((record) => record.capabilityType === type)
  if (OFF.has(value.toLowerCase())) {
    if (present !== undefined) disableCapability(scene, present)
    return
  }
  const settings = settingsFor(serviceId, value.toLowerCase())
  if (present === undefined) enableCapability(scene, owner, type, settings, 'portal')
  else if (settings !== null) changeCapability(scene, present, settings, 'portal')
}

/** A service that a new App ID shall have, checked. */
export interface WishedService {
  readonly capabilityType: string
  readonly settings: unknown
}

/** Reads the services among the parameters of `addAppId`, before anything is made. */
export function wishedServices(form: Form): WishedService[] {
  return form.names().flatMap((name) => {
    const value = (form.text(name) ?? '').toLowerCase()
    const capabilityType = name === CLOUD_KIT ? 'ICLOUD' : TYPES.get(name)
    return capabilityType === undefined || OFF.has(value)
      ? []
      : [{ capabilityType, settings: settingsFor(name, value) }]
  })
}

/** Switches on what a new App ID is asked for with. */
export function addServices(scene: Scene, owner: BundleIdRecord, wishes: readonly WishedService[]): void {
  for (const { capabilityType, settings } of wishes) {
    const isOn = capabilitiesOf(scene, owner.id).some((record) => record.capabilityType === capabilityType)
    if (!isOn) addCapability(scene, owner, capabilityType, settings, 'portal')
  }
}
