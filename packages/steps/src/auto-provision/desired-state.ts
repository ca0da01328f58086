import { type Desired, type DesiredBundleId, readDesired } from '@cordon/provisioning/engine/desired'
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
import type { AutoProvisionInputs } from './inputs.ts'

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
  return PROFILE_PLATFORM[target.platform ?? analysis.platform ?? 'iphoneos']
}

/**
 * The distributions to provide for. An archive that is not for development is signed for development first when there is a
 * certificate for it, and re-signed at export; `optional` marks that extra.
 */
export function distributionsFor(
  distribution: DistributionMethod,
  identities: readonly SigningIdentity[],
): { readonly required: DistributionMethod; readonly optional: 'development' | undefined } {
  const hasDevelopment = identities.some((identity) => localCertificate(identity.certificate)?.kind === 'development')
  return {
    required: distribution,
    optional: distribution !== 'development' && hasDevelopment ? 'development' : undefined,
  }
}

/** Kinds of certificate that the wish needs and that may be made when none fits. */
export function creatableKinds(inputs: AutoProvisionInputs): readonly CertificateKind[] {
  return inputs.newCertificatePassphrase === undefined ? [] : [DISTRIBUTIONS[inputs.distribution].certificate]
}

export interface DesiredParts {
  readonly inputs: AutoProvisionInputs
  readonly targets: readonly SignedTarget[]
  readonly identities: readonly SigningIdentity[]
  readonly testDevices: readonly TestDevice[]
  readonly distributions: readonly DistributionMethod[]
}

/** What shall be true at Apple for this project. */
export function desiredState({ inputs, targets, identities, testDevices, distributions }: DesiredParts): Desired {
  return readDesired({
    bundleIds: targets.map(toBundleId),
    distributions,
    certificates: identities.flatMap((identity) => localCertificate(identity.certificate) ?? []),
    createMissingCertificates: creatableKinds(inputs),
    registerDevices: inputs.registerTestDevices ? testDevices : [],
    minProfileDaysValid: inputs.minProfileDaysValid,
  })
}

function toBundleId({ target, bundleId, platform }: SignedTarget): DesiredBundleId {
  const entitlements = target.entitlements.state === 'read' ? target.entitlements.values : {}
  return { identifier: bundleId, platform, entitlements }
}
