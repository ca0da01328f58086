import type { Secret } from '@cordon/core/secret'
import { appleErrors } from '../errors.ts'
import { parseIssuerId, parseKeyId } from '../key-id.ts'
import { readPrivateKey } from '../private-key.ts'
import type { RateLimit } from '../transport/rate-limit.ts'
import type { Perform, WaitLimits } from '../transport/task.ts'
import { createTransport, type TransportOptions } from '../transport.ts'
import { type Apps, createApps } from './apps.ts'
import { type BetaAppReviewSubmissions, createBetaAppReviewSubmissions } from './beta-app-review-submissions.ts'
import { type BetaBuildLocalizations, createBetaBuildLocalizations } from './beta-build-localizations.ts'
import { type BetaGroups, createBetaGroups } from './beta-groups.ts'
import { type BetaTesters, createBetaTesters } from './beta-testers.ts'
import { type BuildUploadFiles, createBuildUploadFiles } from './build-upload-files.ts'
import { type BuildUploads, createBuildUploads } from './build-uploads.ts'
import { type Builds, createBuilds } from './builds.ts'
import { type BundleIdCapabilities, createBundleIdCapabilities } from './bundle-id-capabilities.ts'
import { type BundleIds, createBundleIds } from './bundle-ids.ts'
import { type Certificates, createCertificates } from './certificates.ts'
import { createDevices, type Devices } from './devices.ts'
import { createProfiles, type Profiles } from './profiles.ts'
import { createStoreListing, type StoreListing } from './store-listing.ts'
import { createTokenSource, type KeyKind, type TokenIdentity } from './token.ts'
import { createUsers, type Users } from './users.ts'

/** An App Store Connect API key as a person connects it. */
export interface AppleKey {
  readonly kind: KeyKind
  /** 10 capital letters and digits. */
  readonly keyId: string
  /** UUID of the organisation; individual keys have none. */
  readonly issuerId?: string | undefined
  /** The text of the `.p8` file, in any of the forms that `readPrivateKey` takes. */
  readonly privateKey: Secret<string>
}

/** What a client is made of. Everything that touches the world is an argument; `baseUrl` is Apple's own if absent. */
export interface AppStoreConnectOptions
  extends Omit<TransportOptions, 'baseUrl' | 'tokens'>,
    Partial<Pick<TransportOptions, 'baseUrl'>> {
  readonly key: AppleKey
}

/** Everything that Cordon asks App Store Connect for, with one key. */
export interface AppStoreConnect extends StoreListing {
  readonly keyKind: KeyKind
  readonly apps: Apps
  readonly users: Users
  readonly bundleIds: BundleIds
  readonly bundleIdCapabilities: BundleIdCapabilities
  readonly certificates: Certificates
  readonly devices: Devices
  readonly profiles: Profiles
  readonly builds: Builds
  readonly buildUploads: BuildUploads
  readonly buildUploadFiles: BuildUploadFiles
  readonly betaGroups: BetaGroups
  readonly betaTesters: BetaTesters
  readonly betaBuildLocalizations: BetaBuildLocalizations
  readonly betaAppReviewSubmissions: BetaAppReviewSubmissions
  /** Requests sent so far with this client and all views of it, retries included. */
  requests(): number
  /** What Apple said last about the budget of the key; undefined before the first answer that tells. */
  rateLimit(): RateLimit | undefined
  /** Apple's clock minus ours in milliseconds; 0 while they agree within half a minute. */
  clockSkewMs(): number
  /** The same client (token, budget, counters) with limits on every wait. */
  within(limits: WaitLimits): AppStoreConnect
}

/** Where Apple is; everything before `/v1`. */
export const APPLE_BASE_URLS = {
  team: 'https://api.appstoreconnect.apple.com',
  individual: 'https://api.appstoreconnect.apple.com',
  enterprise: 'https://api.enterprise.developer.apple.com',
} as const satisfies Record<KeyKind, string>

/**
 * Makes a client for one key; asks Apple nothing yet.
 * Throws `apple.private_key_invalid`, `apple.key_id_invalid`, `apple.issuer_id_invalid`.
 *
 * @example
 * const apple = createAppStoreConnect({
 *   key: { kind: 'team', keyId: '2X9R4HXF34', issuerId, privateKey: secret(p8Text) },
 *   fetch, clock: { now: () => instant(Date.now()) }, sleep,
 * })
 * const { items } = await apple.bundleIds.list({ identifiers: ['com.acme.app'], include: ['bundleIdCapabilities'] })
 */
export function createAppStoreConnect({ key, ...options }: AppStoreConnectOptions): AppStoreConnect {
  const tokens = createTokenSource(identityOf(key), options.clock)
  const transport = createTransport({ ...options, baseUrl: options.baseUrl ?? APPLE_BASE_URLS[key.kind], tokens })
  const perform = key.kind === 'individual' ? refusingProvisioning(transport.perform) : transport.perform
  const view = (limits: WaitLimits): AppStoreConnect => ({
    ...resources((task, own) => perform(task, { ...limits, ...own })),
    keyKind: key.kind,
    requests: transport.requests,
    rateLimit: transport.rateLimit,
    clockSkewMs: transport.clockSkewMs,
    within: (more) => view({ ...limits, ...more }),
  })
  return view({})
}

function resources(perform: Perform) {
  return {
    apps: createApps(perform),
    users: createUsers(perform),
    bundleIds: createBundleIds(perform),
    bundleIdCapabilities: createBundleIdCapabilities(perform),
    certificates: createCertificates(perform),
    devices: createDevices(perform),
    profiles: createProfiles(perform),
    ...createStoreListing(perform),
    builds: createBuilds(perform),
    buildUploads: createBuildUploads(perform),
    buildUploadFiles: createBuildUploadFiles(perform),
    betaGroups: createBetaGroups(perform),
    betaTesters: createBetaTesters(perform),
    betaBuildLocalizations: createBetaBuildLocalizations(perform),
    betaAppReviewSubmissions: createBetaAppReviewSubmissions(perform),
  }
}

/** Checks a key's fields and gives what its tokens are made of. Throws the same errors as `createAppStoreConnect`. */
export function identityOf(key: AppleKey): TokenIdentity {
  const issuerId = key.kind === 'individual' ? undefined : parseIssuerId(key.issuerId ?? '')
  return { kind: key.kind, keyId: parseKeyId(key.keyId), issuerId, key: readPrivateKey(key.privateKey).key }
}

const PROVISIONING = /^\/v1\/(bundleIds|bundleIdCapabilities|certificates|devices|profiles)(\/|$)/

// Apple answers 403 to these anyway; saying why is worth more than asking.
function refusingProvisioning(perform: Perform): Perform {
  return (task, limits) => {
    const { method, pattern } = task.request
    if (!PROVISIONING.test(pattern)) return perform(task, limits)
    return Promise.reject(appleErrors.individual_key_cannot_provision({ operation: `${method} ${pattern}` }))
  }
}
