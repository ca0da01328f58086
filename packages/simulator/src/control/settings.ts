import { CERTIFICATE_KINDS } from '../app-store-connect/certificates/kinds.ts'
import { registry } from '../app-store-connect/registry.ts'
import { authKeys } from '../portal/legacy/keys.ts'
import { DEFAULT_SETTINGS, type Settings } from '../world/settings.ts'
import { controlErrors } from './errors.ts'
import { FATE_FORM, isFate } from './fate.ts'
import { isJson, type Json, onlyFields } from './reading.ts'

type Check = readonly [accepted: string, isFit: (value: unknown) => boolean]

const isCount = (value: unknown) => typeof value === 'number' && value >= 0
const NUMBER: Check = ['a number from 0', isCount]
const LIMIT: Check = ['a number from 0, or null for no limit', (value) => value === null || isCount(value)]
const FLAG: Check = ['true or false', (value) => typeof value === 'boolean']
const TEXTS: Check = [
  'a list of texts',
  (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
]

/** Numbers by name, of names that something reads: another one would do nothing. */
function numbersBy(what: string, names: readonly string[]): Check {
  const isFit = (value: unknown) =>
    isJson(value) && Object.entries(value).every(([name, number]) => names.includes(name) && isCount(number))
  return [`an object of numbers from 0 by ${what}: ${names.join(', ')}`, isFit]
}

/** A list of texts of a closed set. */
function listOf(names: readonly string[]): Check {
  const isFit = (value: unknown) => Array.isArray(value) && value.every((item) => names.includes(item))
  return [`a list of ${names.join(', ')}`, isFit]
}

const PROCESSING: Check = [
  'null, or {afterDevices, durationMs}',
  (value) => value === null || (isJson(value) && isCount(value.afterDevices) && isCount(value.durationMs)),
]

const BURST: Check = [
  'null, or {requests, windowMs}',
  (value) => value === null || (isJson(value) && isCount(value.requests) && isCount(value.windowMs)),
]

const PAGING_FAULTS = ['none', 'next-after-end', 'repeated-next', 'refused-cursor']
const PAGING_FAULT: Check = [
  `one of ${PAGING_FAULTS.join(', ')}`,
  (value) => typeof value === 'string' && PAGING_FAULTS.includes(value),
]
const ORIGIN: Check = [
  'null, or a scheme and host such as https://other.example',
  (value) => value === null || (typeof value === 'string' && /^https?:\/\/[^/]+$/.test(value)),
]

const WIDGET_KEY: Check = [
  '64 hexadecimal digits',
  (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
]

const MAINTENANCES = ['none', 'page', 'result-code']
const MAINTENANCE: Check = [
  `one of ${MAINTENANCES.join(', ')}`,
  (value) => typeof value === 'string' && MAINTENANCES.includes(value),
]

const INSPECTIONS = ['all', 'contents', 'none']
const INSPECTION: Check = [
  `one of ${INSPECTIONS.join(', ')}`,
  (value) => typeof value === 'string' && INSPECTIONS.includes(value),
]

const PART_BYTES: Check = [
  'a whole number from 1',
  (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 1,
]

const FATE: Check = [`null, or ${FATE_FORM}`, (value) => value === null || isFate(value)]

const CHECKS: Readonly<Record<keyof Settings, Check>> = {
  latencyMs: NUMBER,
  hourlyLimit: LIMIT,
  minuteWriteLimit: LIMIT,
  burstLimit: BURST,
  readDelayMs: numbersBy('resource type', [...registry.keys(), authKeys.name]),
  certificateQuota: numbersBy('certificate type', Object.keys(CERTIFICATE_KINDS)),
  devicesPerClass: NUMBER,
  deviceProcessing: PROCESSING,
  disabledDeviceInvalidates: FLAG,
  capabilityChangeInvalidates: FLAG,
  defaultCapabilities: TEXTS,
  takenIdentifiers: TEXTS,
  ignoreBundleIdPlatformFilter: FLAG,
  refusedCertificateTypeFilters: TEXTS,
  appManagerDistribution: FLAG,
  pagesDrift: FLAG,
  pagingFault: PAGING_FAULT,
  nextLinkOrigin: ORIGIN,
  reorderLists: FLAG,
  extraAttributes: FLAG,
  widgetKey: WIDGET_KEY,
  widgetKeyInConfig: FLAG,
  hashcashBits: LIMIT,
  hashcashMinutes: NUMBER,
  passwordExchangeMinutes: NUMBER,
  signInMinutes: NUMBER,
  wrongPasswordsUntilLock: LIMIT,
  wrongCodesUntilLock: NUMBER,
  codeLockMinutes: NUMBER,
  codesPerSignIn: NUMBER,
  webSessionHours: NUMBER,
  portalSessionHours: LIMIT,
  portalMaintenance: MAINTENANCE,
  authKeysPerService: NUMBER,
  assetProcessingMs: NUMBER,
  uploadPartBytes: PART_BYTES,
  buildUploadProcessingMs: NUMBER,
  buildAppearsMs: NUMBER,
  buildProcessingMs: NUMBER,
  buildUploadFate: FATE,
  buildInspection: INSPECTION,
  buildNumbersRise: FLAG,
  buildHasUploadId: FLAG,
  refusesRepeatedCommit: FLAG,
  refusesSourceFileChecksums: FLAG,
  developerUploads: FLAG,
  reviewDemands: listOf(DEFAULT_SETTINGS.reviewDemands),
  reviewCancelMs: NUMBER,
  betaReviewDemandsContact: FLAG,
  webhooksTellTwice: FLAG,
  webhooksTellLastFirst: FLAG,
  trustDays: NUMBER,
  trustCookieQuoted: FLAG,
}

/**
 * Settings with some replaced, each as a whole: what an object or a list no longer holds is gone. Throws `simulator.bad_request` for a
 * setting that is not known and for a value that it does not take.
 */
export function patchSettings(settings: Settings, patch: Json): Settings {
  onlyFields(patch, Object.keys(DEFAULT_SETTINGS))
  for (const [field, [accepted, isFit]] of Object.entries(CHECKS)) {
    if (!Object.hasOwn(patch, field) || isFit(patch[field])) continue
    throw controlErrors.bad_request({ field, accepted }, { detail: `'${field}' must be ${accepted}` })
  }
  // Every field was checked above against the table that the compiler keeps complete.
  return { ...settings, ...(patch as Partial<Settings>) }
}
