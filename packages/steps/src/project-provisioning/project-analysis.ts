import type { SigningIdentity } from '@cordon/signing/signing-identity'
import { analyseProject, type ProjectAnalysis } from '@cordon/xcode/analyse'
import type { PlatformName } from '@cordon/xcode/platforms'
import type { AppleAccess } from '../build-connection/apple-access.ts'
import { stepErrors } from '../errors.ts'
import { invalid } from '../inputs.ts'
import type { ProjectInputs } from './inputs.ts'

const TEAM_SETTING = 'DEVELOPMENT_TEAM'
/** Two teams that no project names: if bundle IDs differ between them, they depend on the team. */
const PROBE_TEAMS = ['AAAAAAAAAA', 'BBBBBBBBBB'] as const

/** Xcode's names of what the input `platform` may say; Mac Catalyst is told apart. */
const SDKS: Readonly<Partial<Record<ProjectInputs['platform'], PlatformName>>> = {
  ios: 'iphoneos',
  tvos: 'appletvos',
  watchos: 'watchos',
  visionos: 'xros',
  macos: 'macosx',
}

/** Reads the project as it is. Throws `step.input_invalid` when the app does not support the platform that is wished. */
export function readProject(inputs: ProjectInputs, teamId?: string): ProjectAnalysis {
  const analysis = readFor(inputs, teamId)
  const isMacCatalyst = analysis.targets[0]?.isMacCatalyst === true
  const wanted = SDKS[inputs.platform]
  const isSupported = wanted === undefined || (analysis.platform === wanted && !isMacCatalyst)
  if (isSupported && isMacCatalyst === (inputs.platform === 'mac-catalyst')) return analysis
  throw invalid('platform', 'a platform that the app is made for')
}

function readFor(inputs: ProjectInputs, teamId: string | undefined): ProjectAnalysis {
  const { projectPath, scheme, configuration, buildSettings, platform } = inputs
  const sdk = SDKS[platform]
  return analyseProject({
    path: projectPath,
    macCatalyst: platform === 'mac-catalyst',
    ...(sdk === undefined ? {} : { platform: sdk }),
    overrides: teamId === undefined ? buildSettings : { [TEAM_SETTING]: teamId, ...buildSettings },
    ...(scheme === undefined ? {} : { scheme }),
    ...(configuration === undefined ? {} : { configuration }),
  })
}

export interface TeamSources {
  readonly inputs: ProjectInputs
  readonly identities: readonly SigningIdentity[]
  readonly apple: Pick<AppleAccess, 'teamId'>
}

/**
 * The project as it will be once its team is set. Sample projects put the team into their bundle IDs; reading those with
 * the old team, or none, would register what the app is not. Asks Apple for the team only when it matters and no
 * certificate tells it. Throws `step.team_unknown`.
 */
export async function readForTeam(
  asFound: ProjectAnalysis,
  { inputs, identities, apple }: TeamSources,
): Promise<ProjectAnalysis> {
  if (!dependsOnTeam(inputs)) return asFound
  const teamId = identities.find(({ certificate }) => certificate.teamId)?.certificate.teamId ?? (await apple.teamId())
  if (teamId === undefined) throw stepErrors.team_unknown()
  return readProject(inputs, teamId)
}

function dependsOnTeam(inputs: ProjectInputs): boolean {
  const [one, other] = PROBE_TEAMS.map((teamId) =>
    JSON.stringify(readProject(inputs, teamId).targets.map(({ bundleId }) => textOf(bundleId))),
  )
  return one !== other
}

function textOf(bundleId: ProjectAnalysis['targets'][number]['bundleId']): string {
  return bundleId.state === 'resolved' ? bundleId.value : bundleId.text
}
