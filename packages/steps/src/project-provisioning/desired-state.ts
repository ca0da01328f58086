import { type Desired, type DesiredBundleId, readDesired } from '@cordon/provisioning/engine/desired'
import type { InstalledProfile } from '@cordon/provisioning/engine/installed-profile'
import { localCertificate } from '@cordon/provisioning/engine/local-certificate'
import {
  type CertificateKind,
  DISTRIBUTIONS,
  type DistributionMethod,
  type Platform,
} from '@cordon/provisioning/engine/profile-kinds'
import type { SigningIdentity } from '@cordon/signing/signing-identity'
import type { ProjectAnalysis } from '@cordon/xcode/analyse'
import type { AnalysedTarget } from '@cordon/xcode/analyse-target'
import type { PlatformName } from '@cordon/xcode/platforms'
import type { TestDevice } from '../build-connection/portal-data.ts'
import { stepErrors } from '../errors.ts'
import type { ProjectInputs } from './inputs.ts'

/** Whose profiles a platform's bundles get. Watch and Vision apps have those of iOS. */
const PROFILE_PLATFORM = {
  iphoneos: 'ios',
  watchos: 'ios',
  xros: 'ios',
  appletvos: 'tvos',
  macosx: 'macos',
  driverkit: 'macos',
} as const satisfies Record<PlatformName, Platform>

/** A target that gets a profile, with its bundle ID known. */
export interface SignedTarget {
  readonly target: AnalysedTarget
  readonly bundleId: string
  readonly platform: Platform
}

/** The targets that get profiles. Throws `step.bundle_id_unresolved` for one whose bundle ID cannot be known here. */
export function signedTargets(analysis: ProjectAnalysis): readonly SignedTarget[] {
  return analysis.targets
    .filter((target) => target.needsProfile)
    .map((target) => ({ target, bundleId: bundleIdOf(target), platform: platformOf(target, analysis) }))
}

/**
 * The UI tests of the app, each with the wildcard bundle ID of its profile: Xcode wraps them in a runner whose own bundle ID begins with
 * theirs. `com.acme.AppUITests` gets `com.acme.*`.
 */
export function signedUiTests(analysis: ProjectAnalysis): readonly SignedTarget[] {
  return analysis.uiTestTargets.map((target) => ({
    target,
    bundleId: wildcardOf(bundleIdOf(target)),
    platform: platformOf(target, analysis),
  }))
}

/** What of a project is signed: the app's targets, and its UI tests when that is wished. */
export function signedParts(
  analysis: ProjectAnalysis,
  { signUiTests }: Pick<ProjectInputs, 'signUiTests'>,
): { readonly targets: readonly SignedTarget[]; readonly uiTests: readonly SignedTarget[] } {
  return { targets: signedTargets(analysis), uiTests: signUiTests ? signedUiTests(analysis) : [] }
}

function wildcardOf(bundleId: string): string {
  const dot = bundleId.lastIndexOf('.')
  return `${dot < 0 ? bundleId : bundleId.slice(0, dot)}.*`
}

function bundleIdOf(target: AnalysedTarget): string {
  const { bundleId } = target
  if (bundleId.state === 'resolved' && bundleId.value !== '') return bundleId.value
  const missing = bundleId.state === 'unresolved' ? bundleId.undefinedNames : ['PRODUCT_BUNDLE_IDENTIFIER']
  const reason = bundleId.state === 'unresolved' ? `${bundleId.text}: ${bundleId.reason}` : 'no setting defines it'
  throw stepErrors.bundle_id_unresolved(
    { target: target.name, missing },
    { detail: `target "${target.name}": ${reason}` },
  )
}

function platformOf(target: AnalysedTarget, analysis: ProjectAnalysis): Platform {
  if (target.isMacCatalyst) return 'mac-catalyst'
  return PROFILE_PLATFORM[target.platform ?? analysis.platform ?? 'iphoneos']
}

/** The distributions to provide for; nothing ends the step when the optional one cannot be had. */
export interface WantedDistributions {
  readonly required: readonly DistributionMethod[]
  readonly optional: 'development' | undefined
}

/**
 * An archive that is not for development is signed for development first when there is a certificate for it, and re-signed at
 * export. UI tests run on devices under development profiles, so with them that is no option but needed.
 */
export function distributionsFor(
  { distribution, signUiTests }: Pick<ProjectInputs, 'distribution' | 'signUiTests'>,
  identities: readonly SigningIdentity[],
): WantedDistributions {
  if (distribution === 'development') return { required: ['development'], optional: undefined }
  if (signUiTests) return { required: [distribution, 'development'], optional: undefined }
  const hasDevelopment = identities.some((identity) => localCertificate(identity.certificate)?.kind === 'development')
  return { required: [distribution], optional: hasDevelopment ? 'development' : undefined }
}

/** Kinds of certificate that the wish needs and that may be made when none fits. */
export function creatableKinds({
  newCertificatePassphrase,
  distribution,
  signUiTests,
}: ProjectInputs): readonly CertificateKind[] {
  if (newCertificatePassphrase === undefined) return []
  const wanted = DISTRIBUTIONS[distribution].certificate
  return signUiTests && wanted !== 'development' ? [wanted, 'development'] : [wanted]
}

export interface DesiredParts {
  readonly inputs: ProjectInputs
  readonly targets: readonly SignedTarget[]
  readonly uiTests: readonly SignedTarget[]
  readonly identities: readonly SigningIdentity[]
  readonly testDevices: readonly TestDevice[]
  readonly installed: readonly InstalledProfile[]
  readonly distributions: readonly DistributionMethod[]
}

/** What shall be true at Apple for this project. */
export function desiredState(parts: DesiredParts): Desired {
  const { inputs, targets, uiTests, identities, testDevices, installed, distributions } = parts
  return readDesired({
    bundleIds: [...targets.map(toBundleId), ...uiTests.map(toWildcard)],
    distributions,
    installed,
    certificates: identities.flatMap((identity) => localCertificate(identity.certificate) ?? []),
    createMissingCertificates: creatableKinds(inputs),
    registerDevices: inputs.registerTestDevices ? testDevices : [],
    minProfileDaysValid: inputs.minProfileDaysValid,
  })
}

// A wildcard bundle ID has no capabilities, and UI tests claim none of the app's.
function toWildcard({ bundleId, platform }: SignedTarget): DesiredBundleId {
  return { identifier: bundleId, platform, entitlements: {}, distributions: ['development'] }
}

function toBundleId({ target, bundleId, platform }: SignedTarget): DesiredBundleId {
  const entitlements = target.entitlements.state === 'read' ? target.entitlements.values : {}
  return { identifier: bundleId, platform, entitlements }
}
