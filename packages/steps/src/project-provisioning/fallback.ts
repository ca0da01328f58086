import { stat } from 'node:fs/promises'
import type { ProvisionedProfile } from '@cordon/provisioning/engine/apply-profiles'
import type { LocalCertificate } from '@cordon/provisioning/engine/desired'
import { effectOf } from '@cordon/provisioning/engine/entitlements'
import { provisioningErrors } from '@cordon/provisioning/engine/errors'
import type { InstalledProfile } from '@cordon/provisioning/engine/installed-profile'
import { localCertificate } from '@cordon/provisioning/engine/local-certificate'
import { DISTRIBUTIONS, type DistributionMethod } from '@cordon/provisioning/engine/profile-kinds'
import type { SigningIdentity } from '@cordon/signing/signing-identity'
import { stepErrors } from '../errors.ts'
import { fetchFile, isWebAddress, localPath } from '../fetch-file.ts'
import type { StepContext } from '../step.ts'
import { distributionsFor, type SignedTarget } from './desired-state.ts'
import type { ProjectInputs } from './inputs.ts'
import { profilesIn, toInstalled } from './local-profiles.ts'

const MAX_PROFILE_BYTES = 4_194_304

export interface FallbackRequest {
  readonly inputs: ProjectInputs
  readonly targets: readonly SignedTarget[]
  readonly uiTests: readonly SignedTarget[]
  readonly identities: readonly SigningIdentity[]
  /** Why there is need of them; follows the word "because". */
  readonly why: string
}

/**
 * Chooses among the fallback profiles one for each target, with a certificate whose key is at hand. Those for development are left out
 * when they are neither the distribution that is wanted nor needed by UI tests. Throws `step.profile_file_unreadable`, and
 * `provisioning.not_found` naming the first bundle ID for which there is none.
 */
export async function chooseFallback(
  request: FallbackRequest,
  context: StepContext,
): Promise<readonly ProvisionedProfile[]> {
  const candidates = await loadProfiles(request.inputs.fallbackProfiles, FALLBACK_INPUT, context)
  const { required, optional } = distributionsFor(request.inputs, request.identities)
  const choose = (targets: readonly SignedTarget[], distribution: DistributionMethod) =>
    targets.map((target) => fallbackFor(target, distribution, candidates, request, context))
  const chosen = required.flatMap((distribution) => choose(request.targets, distribution))
  const tests = choose(request.uiTests, 'development')
  const extra = optional === undefined ? [] : choose(request.targets, optional)
  const missing = [...chosen, ...tests].find((one) => one.profile === undefined)
  if (missing !== undefined)
    throw provisioningErrors.not_found(
      { subject: missing.bundleId },
      { detail: `no fallback profile of ${missing.distribution} for "${missing.bundleId}" with a certificate at hand` },
    )
  const isComplete = extra.every(({ profile }) => profile !== undefined)
  return [...chosen, ...tests, ...(isComplete ? extra : [])].flatMap(({ profile }) => profile ?? [])
}

/** Reads profiles from paths, folders and addresses; `input` is the name of the list. Throws `step.profile_file_unreadable`. */
export async function loadProfiles(
  entries: readonly string[],
  input: string,
  context: StepContext,
): Promise<readonly InstalledProfile[]> {
  const load = (entry: string, index: number) =>
    loadEntry(entry, context).catch((cause: unknown) => {
      throw stepErrors.profile_file_unreadable(
        { input, entry: index + 1 },
        { detail: `entry ${index + 1} of ${input}`, cause },
      )
    })
  return (await Promise.all(entries.map(load))).flat()
}

const FALLBACK_INPUT = 'fallback_provisioning_profile_url_list'

async function loadEntry(entry: string, context: StepContext): Promise<readonly InstalledProfile[]> {
  if (!isWebAddress(entry)) {
    const path = localPath(entry, context)
    if ((await stat(path)).isDirectory()) return profilesIn(path)
  }
  return [toInstalled(entry, await fetchFile(entry, MAX_PROFILE_BYTES, context))]
}

interface Choice {
  readonly bundleId: string
  readonly distribution: DistributionMethod
  readonly profile: ProvisionedProfile | undefined
}

function fallbackFor(
  { bundleId, platform, target }: SignedTarget,
  distribution: DistributionMethod,
  candidates: readonly InstalledProfile[],
  { identities, why }: FallbackRequest,
  { clock }: StepContext,
): Choice {
  const claims = target.role !== 'ui-tests' && target.entitlements.state === 'read' ? target.entitlements.values : {}
  const fitting = candidates
    .filter((candidate) => candidate.distribution === distribution && candidate.platforms.includes(platform))
    .filter((candidate) => candidate.expiresAt > clock.now() && covers(candidate.identifier, bundleId))
    .filter(({ entitlements }) => grantsKnown(claims, entitlements))
    .sort((a, b) => b.identifier.length - a.identifier.length || b.expiresAt - a.expiresAt)
  const pairs = fitting.flatMap((candidate) => {
    const certificate = certificateFor(candidate, distribution, identities)
    return certificate === undefined ? [] : [{ candidate, certificate }]
  })
  const [best] = pairs
  if (best === undefined) return { bundleId, distribution, profile: undefined }
  const { candidate, certificate } = best
  const { uuid, name, expiresAt, content, entitlements, udids = [], path } = candidate
  const provisioned: ProvisionedProfile = {
    ...{ identifier: bundleId, platform, distribution, id: '', uuid, name, expiresAt, content, entitlements, udids },
    ...{ certificate, outcome: 'reused', why: `it is a fallback profile, used because ${why}` },
    ...(/^https?:/.test(path) ? {} : { installedAt: path }),
  }
  return { bundleId, distribution, profile: provisioned }
}

/** Whether a profile's bundle ID, which may be a wildcard, covers one; a wildcard covers itself. */
function covers(identifier: string, bundleId: string): boolean {
  if (identifier === bundleId) return true
  return identifier.endsWith('*') && bundleId.startsWith(identifier.slice(0, -1))
}

// Only the keys that are known here count, and not their values: a fallback that may fit is better than none.
function grantsKnown(claims: Readonly<Record<string, unknown>>, profile: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(claims)
    .filter(([key, value]) => value !== false && !['nothing', undefined].includes(effectOf(key)?.effect))
    .every(([key]) => Object.hasOwn(profile, key))
}

function certificateFor(
  { certificateSerials }: InstalledProfile,
  distribution: DistributionMethod,
  identities: readonly SigningIdentity[],
): LocalCertificate | undefined {
  const { certificate: kind } = DISTRIBUTIONS[distribution]
  return identities
    .flatMap(({ certificate }) => localCertificate(certificate) ?? [])
    .filter((certificate) => certificate.kind === kind && certificateSerials.includes(certificate.serial))
    .sort((a, b) => b.expiresAt - a.expiresAt)[0]
}
