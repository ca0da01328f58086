import type { ProvisionedProfile } from '@cordon/provisioning/engine/apply-profiles'
import type { DistributionMethod } from '@cordon/provisioning/engine/profile-kinds'
import type { ProjectAnalysis } from '@cordon/xcode/analyse'
import {
  type ManualSigning,
  type ManualSigningResult,
  planManualSigning,
  setManualSigning,
} from '@cordon/xcode/manual-signing'
import { pbxprojPath } from '@cordon/xcode/project'
import type { SignedTarget } from './desired-state.ts'
import { keepOriginal } from './restore-project.ts'

/**
 * The distribution whose assets go into the project: development when there are such, because an archive is re-signed at
 * export.
 */
export function projectDistribution(
  profiles: readonly ProvisionedProfile[],
  wished: DistributionMethod,
): DistributionMethod {
  return profiles.some(({ distribution, identifier }) => distribution === 'development' && !identifier.endsWith('*'))
    ? 'development'
    : wished
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

/** What goes into the project, and where its original is kept before. */
export interface ProjectUpdate {
  readonly analysis: ProjectAnalysis
  readonly targets: readonly SignedTarget[]
  readonly uiTests: readonly SignedTarget[]
  readonly profiles: readonly ProvisionedProfile[]
  readonly distribution: DistributionMethod
  readonly signingFolder: string
}

/**
 * Sets every signed target of the archive's configuration to manual signing with its profile, and UI tests in all configurations
 * with their development profiles: who runs them chooses the configuration. The file as it was is kept first.
 */
export async function updateProject(update: ProjectUpdate): Promise<ManualSigningResult> {
  const { analysis, targets, uiTests, profiles, distribution, signingFolder } = update
  const app = targets.flatMap((signed) =>
    toManualSigning(signed, profileFor(signed, distribution, profiles), analysis.configuration),
  )
  const tests = uiTests.flatMap((signed) =>
    configurationsOf(analysis, signed).flatMap((configuration) =>
      toManualSigning(signed, profileFor(signed, 'development', profiles), configuration),
    ),
  )
  const edit = { project: analysis.project, targets: [...app, ...withoutProfile(analysis, app), ...tests] }
  const path = pbxprojPath(analysis.project.path)
  await keepOriginal(signingFolder, { ...planManualSigning(edit), path })
  return setManualSigning(edit)
}

/** What needs no profile is signed by the identity that signs the app. */
function withoutProfile(analysis: ProjectAnalysis, [main]: readonly ManualSigning[]): readonly ManualSigning[] {
  if (main === undefined) return []
  const { configuration, teamId, identity } = main
  return analysis.targets
    .filter((target) => !target.needsProfile)
    .map(({ name }) => ({ name, configuration, teamId, identity }))
}

function configurationsOf({ project }: ProjectAnalysis, { target }: SignedTarget): readonly string[] {
  const found = project.targets.find(({ id }) => id === target.id)
  return (found?.configurations.configurations ?? []).map(({ name }) => name)
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
