import type { ProvisionedProfile } from '@cordon/provisioning/engine/apply-profiles'
import type { DistributionMethod } from '@cordon/provisioning/engine/profile-kinds'
import type { ProjectAnalysis } from '@cordon/xcode/analyse'
import { type ManualSigning, type ManualSigningResult, setManualSigning } from '@cordon/xcode/manual-signing'
import type { SignedTarget } from './desired-state.ts'

/**
 * The distribution whose assets go into the project: development when there are such, because an archive is re-signed at
 * export.
 */
export function projectDistribution(
  profiles: readonly ProvisionedProfile[],
  wished: DistributionMethod,
): DistributionMethod {
  return profiles.some((profile) => profile.distribution === 'development') ? 'development' : wished
}

/** The profile of a target for one distribution. */
export function profileFor(
  { bundleId, platform }: SignedTarget,
  distribution: DistributionMethod,
  profiles: readonly ProvisionedProfile[],
): ProvisionedProfile | undefined {
  return profiles.find(
    (profile) =>
      profile.identifier === bundleId && profile.platform === platform && profile.distribution === distribution,
  )
}

/** Sets every signed target of the archive's configuration to manual signing with its profile. */
export function updateProject(
  analysis: ProjectAnalysis,
  targets: readonly SignedTarget[],
  profiles: readonly ProvisionedProfile[],
  distribution: DistributionMethod,
): ManualSigningResult {
  const wished = targets.flatMap((signed) =>
    toManualSigning(signed, profileFor(signed, distribution, profiles), analysis.configuration),
  )
  return setManualSigning({ project: analysis.project, targets: wished })
}

function toManualSigning(
  { target }: SignedTarget,
  profile: ProvisionedProfile | undefined,
  configuration: string,
): readonly ManualSigning[] {
  if (profile === undefined) return []
  const { teamId, sha1 } = profile.certificate
  return [
    { name: target.name, configuration, teamId, identity: sha1, profileUuid: profile.uuid, profileName: profile.name },
  ]
}
