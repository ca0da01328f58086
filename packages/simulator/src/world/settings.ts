/** A finding of processing, in Apple's form. */
export interface StateDetail {
  readonly code: string
  readonly description: string
}

/** What becomes of a build upload when it is processed. */
export interface BuildUploadFate {
  readonly state: 'COMPLETE' | 'FAILED'
  readonly errors?: readonly StateDetail[]
  readonly warnings?: readonly StateDetail[]
  readonly infos?: readonly StateDetail[]
  /** What becomes of the build of a complete upload; absent is VALID. */
  readonly processingState?: 'VALID' | 'INVALID' | 'FAILED'
}

/**
 * Behaviours of Apple's service that are disputed, change over time or should be provoked by a test.
 * Set at start or with `PATCH /_simulator/settings`; every default is the strict reading of the evidence.
 */
export interface Settings {
  /** Milliseconds that every answer waits. */
  readonly latencyMs: number
  /** Requests an hour and key; `null` counts nothing and sends no header. Apple: 3600 (observed 2025-10-16). */
  readonly hourlyLimit: number | null
  /** Writes a minute and key, told as `user-minute-lim`; `null` is no such limit. Apple: 150 or 250 on some resources. */
  readonly minuteWriteLimit: number | null
  /** Requests of any kind in a short rolling window, per key: 429 with thousands left in the hour (Apple forum 731014); `null` is none. */
  readonly burstLimit: { readonly requests: number; readonly windowMs: number } | null
  /** Milliseconds until a read sees a new resource, per resource type. */
  readonly readDelayMs: Readonly<Record<string, number>>
  /** Certificates of a type that may be valid at once in a team. A type that is absent has no limit. */
  readonly certificateQuota: Readonly<Record<string, number>>
  /** Devices of one class and team, disabled ones included. */
  readonly devicesPerClass: number
  /** After how many devices of a team new ones start as PROCESSING, and for how long; `null` is never. */
  readonly deviceProcessing: { readonly afterDevices: number; readonly durationMs: number } | null
  /** Whether disabling a device makes the profiles that hold it INVALID. Apple's articles: no. */
  readonly disabledDeviceInvalidates: boolean
  /** Whether a change of capabilities makes the bundle ID's profiles INVALID. Apple's articles and most reports: yes. */
  readonly capabilityChangeInvalidates: boolean
  /** Capabilities that a new explicit bundle ID has. Older accounts also GAME_CENTER. */
  readonly defaultCapabilities: readonly string[]
  /** Identifiers that belong to strangers and are not available. */
  readonly takenIdentifiers: readonly string[]
  /** Whether `filter[platform]` of bundle IDs does nothing (reported of Apple's service). */
  readonly ignoreBundleIdPlatformFilter: boolean
  /** Documented values that `filter[certificateType]` refuses nevertheless. */
  readonly refusedCertificateTypeFilters: readonly string[]
  /** Whether an App Manager's key may make distribution certificates and profiles. Most reports: no. */
  readonly appManagerDistribution: boolean
  /** Pages by plain offset, so that a deletion between two pages skips an item. */
  readonly pagesDrift: boolean
  /**
   * A paging fault of Apple's, as seen by clients. `next-after-end`: the last page has a next link too. `repeated-next`: the next
   * link leads to the same page. `refused-cursor`: following it is 400 (March 2025, fastlane#29499).
   */
  readonly pagingFault: 'none' | 'next-after-end' | 'repeated-next' | 'refused-cursor'
  /** Scheme and host that next links lead to instead of the simulator: a client that follows gives its token away. */
  readonly nextLinkOrigin: string | null
  /** Lists without `sort` come in another order each time. */
  readonly reorderLists: boolean
  /** Answers hold attributes that no document names, as Apple adds them over time. */
  readonly extraAttributes: boolean
  /** Names the web application that persons sign in to; App Store Connect takes no session of another. Apple: this one, 2018 to 2026. */
  readonly widgetKey: string
  /** Whether `olympus/v1/app/config` still tells that key; Apple answers 404 since September 2026. */
  readonly widgetKeyInConfig: boolean
  /** Bits that a sign-in's puzzle asks for; `null` asks for none. Apple: 10 to 12. */
  readonly hashcashBits: number | null
  /** Minutes for which a puzzle's solution is taken. */
  readonly hashcashMinutes: number
  /** Minutes between the two requests of a password exchange. */
  readonly passwordExchangeMinutes: number
  /** Minutes from a right password until the code has to be there. */
  readonly signInMinutes: number
  /** Wrong passwords in a row that lock an account; `null` is never. */
  readonly wrongPasswordsUntilLock: number | null
  /** Wrong codes of one sign-in after which codes are not checked for a while. */
  readonly wrongCodesUntilLock: number
  /** Minutes of that while. */
  readonly codeLockMinutes: number
  /** Codes that are sent in one sign-in. */
  readonly codesPerSignIn: number
  /** Hours that a web session (`myacinfo`) lasts. Reports: from half an hour to a day. */
  readonly webSessionHours: number
  /** Hours after which the developer portal has forgotten it; `null` is no earlier than App Store Connect. */
  readonly portalSessionHours: number | null
  /** Whether `developer.apple.com` is closed: with a 503 page, or with a result code where it has one. `developer-mdn.apple.com` stays open. */
  readonly portalMaintenance: 'none' | 'page' | 'result-code'
  /** Keys of the portal (APNs, DeviceCheck, …) that a team may have per service. Reported: 2. */
  readonly authKeysPerService: number
  /** Milliseconds from the commit of a screenshot until its state is COMPLETE or FAILED. */
  readonly assetProcessingMs: number
  /** Bytes of each part of an upload but the last. Apple: 5 MiB (observed 2025-10-16). */
  readonly uploadPartBytes: number
  /** Milliseconds from the commit of a build upload until its state is COMPLETE or FAILED. */
  readonly buildUploadProcessingMs: number
  /** Milliseconds from then until the build is listed. */
  readonly buildAppearsMs: number
  /** Milliseconds from then until the build's processing is over. Apple: 5 to 60 minutes, sometimes a day. */
  readonly buildProcessingMs: number
  /** What becomes of committed build uploads, rules of Apple's aside; `null`: all turn out well. */
  readonly buildUploadFate: BuildUploadFate | null
  /**
   * How far processing looks into uploaded files: `all`; `contents`, everything but the profiles, for an .ipa that was signed for a team at
   * Apple; `none`, no file is opened.
   */
  readonly buildInspection: 'all' | 'contents' | 'none'
  /** Whether a build number must be above the last one of its version on iOS, tvOS and visionOS too; on the Mac it must always. */
  readonly buildNumbersRise: boolean
  /** Whether a build has the id of its upload (observed 2026-08, one source). */
  readonly buildHasUploadId: boolean
  /** Whether a second commit of a file that is committed is refused; else it is answered as the first. Unknown of Apple's service. */
  readonly refusesRepeatedCommit: boolean
  /** Whether checksums that a commit declares are refused with 409 (reported of Apple's service). */
  readonly refusesSourceFileChecksums: boolean
  /** Whether a Developer's key may upload builds. Apple's pages: yes; one report: no. */
  readonly developerUploads: boolean
  /** What a version must have before it can be handed to review: `build`, `texts`, `screenshots`, `contact`, `ageRating`, `category`, `copyright`. */
  readonly reviewDemands: readonly string[]
  /** Milliseconds that a review submission is CANCELING. Apple: seconds to two minutes. */
  readonly reviewCancelMs: number
  /** Whether beta review demands a contact, and a description and an address for testers in the app's first language. */
  readonly betaReviewDemandsContact: boolean
  /** Webhooks are told everything twice, as Apple may. */
  readonly webhooksTellTwice: boolean
  /** What happens at once is told to webhooks last first, as it may arrive from Apple. */
  readonly webhooksTellLastFirst: boolean
  /** Days that a trust cookie lasts. Apple: 30. */
  readonly trustDays: number
  /** Whether the trust cookie is set in double quotes. */
  readonly trustCookieQuoted: boolean
}

/** What a simulator does unless told otherwise. */
export const DEFAULT_SETTINGS: Settings = {
  latencyMs: 0,
  hourlyLimit: 3600,
  minuteWriteLimit: null,
  burstLimit: null,
  readDelayMs: {},
  certificateQuota: {
    DEVELOPMENT: 10,
    IOS_DEVELOPMENT: 10,
    MAC_APP_DEVELOPMENT: 10,
    DISTRIBUTION: 3,
    IOS_DISTRIBUTION: 3,
    MAC_APP_DISTRIBUTION: 3,
    MAC_INSTALLER_DISTRIBUTION: 3,
    DEVELOPER_ID_APPLICATION: 5,
    DEVELOPER_ID_APPLICATION_G2: 5,
  },
  devicesPerClass: 100,
  deviceProcessing: null,
  disabledDeviceInvalidates: false,
  capabilityChangeInvalidates: true,
  defaultCapabilities: ['IN_APP_PURCHASE'],
  takenIdentifiers: [],
  ignoreBundleIdPlatformFilter: true,
  refusedCertificateTypeFilters: ['DEVELOPER_ID_APPLICATION_G2'],
  appManagerDistribution: false,
  pagesDrift: false,
  pagingFault: 'none',
  nextLinkOrigin: null,
  reorderLists: false,
  extraAttributes: false,
  widgetKey: 'e0b80c3bf78523bfe80974d320935bfa30add02e1bff88ec2166c6bd5a706c42',
  widgetKeyInConfig: false,
  hashcashBits: 10,
  hashcashMinutes: 10,
  passwordExchangeMinutes: 5,
  signInMinutes: 15,
  wrongPasswordsUntilLock: 10,
  wrongCodesUntilLock: 5,
  codeLockMinutes: 60,
  codesPerSignIn: 5,
  webSessionHours: 8,
  portalSessionHours: null,
  portalMaintenance: 'none',
  authKeysPerService: 2,
  assetProcessingMs: 0,
  uploadPartBytes: 5 * 1024 * 1024,
  buildUploadProcessingMs: 0,
  buildAppearsMs: 0,
  buildProcessingMs: 0,
  buildUploadFate: null,
  buildInspection: 'all',
  buildNumbersRise: true,
  buildHasUploadId: true,
  refusesRepeatedCommit: true,
  refusesSourceFileChecksums: false,
  developerUploads: true,
  reviewDemands: ['build', 'texts', 'screenshots', 'contact', 'ageRating', 'category', 'copyright'],
  reviewCancelMs: 0,
  betaReviewDemandsContact: true,
  webhooksTellTwice: false,
  webhooksTellLastFirst: false,
  trustDays: 30,
  trustCookieQuoted: false,
}
