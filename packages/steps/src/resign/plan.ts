import { type AppArchive, type AppBundle, PROFILED_KINDS } from '@cordon/app-archive/app-archive'
import type { Instant } from '@cordon/core/instant'
import {
  allowsCertificate,
  type DistributionMethod,
  type ProvisioningProfile,
} from '@cordon/signing/provisioning-profile'
import type { SigningIdentity } from '@cordon/signing/signing-identity'
import { stepErrors } from '../errors.ts'
import type { ResignInputs } from './inputs.ts'

/** A profile that was given, as a file and as what it says. */
export interface GivenProfile {
  readonly content: Uint8Array
  readonly profile: ProvisioningProfile
}

/** A bundle of the app with the profile that it gets. */
export interface PlannedBundle {
  readonly bundle: AppBundle
  readonly bundleId: string
  readonly given: GivenProfile
}

/** What signs, for what, and which profile goes where. */
export interface ResignPlan {
  readonly identity: SigningIdentity
  readonly distribution: DistributionMethod
  /** The app first. */
  readonly bundles: readonly PlannedBundle[]
}

export interface PlanRequest {
  readonly archive: AppArchive
  readonly inputs: Pick<ResignInputs, 'bundleId' | 'distribution'>
  readonly identities: readonly SigningIdentity[]
  readonly profiles: readonly GivenProfile[]
  readonly now: Instant
}

/** One way to sign: every bundle needs a profile that allows the same certificate for the same distribution. */
interface Way {
  readonly identity: SigningIdentity
  readonly distribution: DistributionMethod
  readonly bundles: readonly {
    readonly bundle: AppBundle
    readonly bundleId: string
    readonly given: GivenProfile | undefined
  }[]
}

/**
 * Finds the one way in which every bundle of the app can be signed. Pure. Throws `step.resign_certificate_missing`,
 * `step.resign_profile_missing`, which says for each bundle why no profile fits, `step.resign_ambiguous` when profiles for more than one
 * distribution fit, and `step.resign_platform` for apps that are not of iOS or tvOS.
 */
export function planResign(request: PlanRequest): ResignPlan {
  const { archive, inputs } = request
  const bundles = archive.bundles.filter(({ kind }) => PROFILED_KINDS.has(kind))
  if (archive.app.platform === 'macOS' || archive.app.contents !== archive.app.path) throw notForMac(archive)
  if (request.identities.length === 0) throw stepErrors.resign_certificate_missing()
  const named = bundles.map((bundle) => ({
    bundle,
    bundleId: newBundleId(bundle.bundleId, archive.app.bundleId, inputs),
  }))
  const ways = waysFor(request, named)
  const complete = ways.filter((way) => way.bundles.every(({ given }) => given !== undefined))
  const distributions = [...new Set(complete.map(({ distribution }) => distribution))]
  if (distributions.length > 1) {
    throw stepErrors.resign_ambiguous(
      { distributions },
      { detail: `there are profiles for ${distributions.join(', ')}` },
    )
  }
  const [way] = complete
  if (way === undefined) throw profileMissing(request, named, ways)
  return {
    ...way,
    bundles: way.bundles.flatMap(({ given, ...rest }) => (given === undefined ? [] : [{ ...rest, given }])),
  }
}

function notForMac({ path, app }: AppArchive) {
  return stepErrors.resign_platform(
    { platform: app.platform ?? 'unknown' },
    { detail: `"${path}" is an app for the Mac` },
  )
}

/** The new bundle ID of a bundle: those below the app's move with it. */
export function newBundleId(current: string, app: string, { bundleId }: Pick<ResignInputs, 'bundleId'>): string {
  if (bundleId === undefined) return current
  return current === app || current.startsWith(`${app}.`) ? `${bundleId}${current.slice(app.length)}` : current
}

type Named = { readonly bundle: AppBundle; readonly bundleId: string }

function waysFor({ inputs, identities, profiles, now }: PlanRequest, named: readonly Named[]): Way[] {
  const wanted = inputs.distribution
  const distributions = new Set(profiles.map(({ profile }) => profile.distributionMethod))
  return [...distributions]
    .filter((distribution) => wanted === 'automatic' || distribution === wanted)
    .flatMap((distribution) =>
      identities.map((identity) => ({
        identity,
        distribution,
        bundles: named.map((one) => ({ ...one, given: best(one, { identity, distribution, now }, profiles) })),
      })),
    )
}

interface Wish {
  readonly identity: SigningIdentity
  readonly distribution: DistributionMethod
  readonly now: Instant
}

/** An exact bundle ID before a wildcard, a longer wildcard before a shorter one, then what lasts longest. */
function best(named: Named, wish: Wish, profiles: readonly GivenProfile[]): GivenProfile | undefined {
  return profiles
    .filter(({ profile }) => whyNot(named, wish, profile) === undefined)
    .toSorted((a, b) => rank(b) - rank(a) || b.profile.expiresAt - a.profile.expiresAt)[0]
}

function rank({ profile: { bundleIdentifier } }: GivenProfile): number {
  return bundleIdentifier.endsWith('*') ? bundleIdentifier.length : Number.MAX_SAFE_INTEGER
}

/** Names of platforms in profiles by those of apps. Watch apps have profiles of iOS. */
const PROFILE_PLATFORMS: Readonly<Record<string, readonly string[]>> = {
  iOS: ['iOS'],
  watchOS: ['iOS', 'watchOS'],
  visionOS: ['visionOS', 'xrOS'],
  tvOS: ['tvOS'],
}

function whyNot({ bundle, bundleId }: Named, { identity, distribution, now }: Wish, profile: ProvisioningProfile) {
  if (!matches(bundleId, profile.bundleIdentifier)) return `is for ${profile.bundleIdentifier}`
  const platforms = PROFILE_PLATFORMS[bundle.platform ?? 'iOS'] ?? []
  if (!profile.platforms.some((platform) => platforms.includes(platform)))
    return `is for ${profile.platforms.join(', ')}`
  if (profile.expiresAt <= now) return 'has expired'
  if (profile.distributionMethod !== distribution) return `is for ${profile.distributionMethod}`
  const { commonName, serialNumber } = identity.certificate
  return allowsCertificate(profile, serialNumber) ? undefined : `does not allow the certificate "${commonName}"`
}

function matches(bundleId: string, pattern: string): boolean {
  return pattern.endsWith('*') ? bundleId.startsWith(pattern.slice(0, -1)) : bundleId === pattern
}

function profileMissing({ profiles, now }: PlanRequest, named: readonly Named[], ways: readonly Way[]) {
  const missing = (way: Way) => way.bundles.filter(({ given }) => given === undefined)
  const [nearest] = ways.toSorted((a, b) => missing(a).length - missing(b).length)
  const lacking = nearest === undefined ? named : missing(nearest)
  const bundleIds = lacking.map(({ bundleId }) => bundleId)
  const reasons = lacking.map(
    (one) => `${one.bundleId} (${nearest ? reasonsFor(one, { ...nearest, now }, profiles) : 'none was given'})`,
  )
  return stepErrors.resign_profile_missing({ bundleIds }, { detail: `no profile fits ${reasons.join('; ')}` })
}

/** Profiles for other bundle IDs are no news, unless there is no other. */
function reasonsFor(named: Named, wish: Wish, profiles: readonly GivenProfile[]): string {
  const near = profiles.filter(({ profile }) => matches(named.bundleId, profile.bundleIdentifier))
  if (near.length === 0) return 'none given is for this bundle ID'
  return near.map(({ profile }) => `"${profile.name}" ${whyNot(named, wish, profile)}`).join(', ')
}
