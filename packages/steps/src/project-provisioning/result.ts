import type { Action } from '@cordon/provisioning/engine/model'
import type { DistributionMethod } from '@cordon/provisioning/engine/profile-kinds'
import type { ProvisionResult } from '@cordon/provisioning/engine/provision'
import type { ProjectAnalysis } from '@cordon/xcode/analyse'
import type { ManualSigningResult } from '@cordon/xcode/manual-signing'
import type { TeamCredentials } from '../build-connection/team-credentials.ts'
import type { SignedTarget } from './desired-state.ts'
import type { ProjectInputs } from './inputs.ts'
import { profileFor } from './project-signing.ts'
import type { InstalledAssets } from './signing-assets.ts'

/** The signing assets, and every change at Apple on the way to them, in the order in which it was done; attempts that failed included. */
export interface ProvisionedAssets extends Omit<ProvisionResult, 'plan' | 'requestsUsed'> {
  readonly changes: readonly Action[]
}

/** Everything the step has found out and done. */
export interface ProvisionedProject {
  readonly inputs: ProjectInputs
  /** Undefined when fallback profiles were used because there were none. */
  readonly credentials: Pick<TeamCredentials, 'source'> | undefined
  readonly analysis: ProjectAnalysis
  readonly targets: readonly SignedTarget[]
  /** Under the wildcard bundle IDs of their profiles; empty unless they are signed. */
  readonly uiTests: readonly SignedTarget[]
  readonly provisioned: ProvisionedAssets
  readonly appleRequests: number
  /** What Apple leaves of this hour's requests; undefined when it did not say. */
  readonly appleRequestsLeft: number | undefined
  readonly assets: InstalledAssets
  /** Undefined when the project was to stay as it is. */
  readonly projectEdit: ManualSigningResult | undefined
  readonly projectDistribution: DistributionMethod
}

/** The step's outputs, under the names that later steps know. */
export function outputsOf(result: ProvisionedProject): Readonly<Record<string, string>> {
  const wished = result.inputs.distribution
  const main = mainProfile(result, wished)
  const development = mainProfile(result, 'development')
  const production = wished === 'development' ? undefined : main
  const outputs = {
    BITRISE_EXPORT_METHOD: wished,
    BITRISE_DEVELOPER_TEAM: main?.certificate.teamId,
    BITRISE_DEVELOPMENT_CODESIGN_IDENTITY: development?.certificate.name,
    BITRISE_DEVELOPMENT_PROFILE: development?.uuid,
    BITRISE_PRODUCTION_CODESIGN_IDENTITY: production?.certificate.name,
    BITRISE_PRODUCTION_PROFILE: production?.uuid,
    CORDON_DEVELOPMENT_P12: development && result.assets.identityFiles.development,
    CORDON_PRODUCTION_P12: production && result.assets.identityFiles[production.certificate.kind],
    CORDON_SIGNING_FOLDER: result.inputs.signingFolder,
  }
  return Object.fromEntries(
    Object.entries(outputs).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

function mainProfile({ targets: [main], provisioned }: ProvisionedProject, distribution: DistributionMethod) {
  return main && profileFor(main, distribution, provisioned.profiles)
}
