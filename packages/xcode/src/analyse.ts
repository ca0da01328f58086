import { type AnalysedTarget, analyseTarget } from './analyse-target.ts'
import { type TargetSettings, targetSettings } from './build-settings/target-settings.ts'
import { chooseScheme } from './choose-scheme.ts'
import { configurationNamed } from './configurations.ts'
import { xcodeErrors } from './errors.ts'
import { defaultRoot, openProjectFiles } from './files.ts'
import { locateProject } from './locate.ts'
import { PLATFORMS, type PlatformName } from './platforms.ts'
import { productTypeOf } from './product-types.ts'
import type { XcodeProject } from './project.ts'
import type { BuildEntry, SchemeKind } from './scheme.ts'
import { indexSchemes, type Warning } from './scheme-index.ts'
import { type Target, type TargetDependency, withDependencies } from './targets.ts'
import { warningsOf } from './warnings.ts'

export interface AnalyseOptions {
  /** An `.xcodeproj`, an `.xcworkspace`, or a folder that holds exactly one. */
  readonly path: string
  /** May be left out when exactly one scheme archives an app. */
  readonly scheme?: string
  /** Default: the one that the scheme archives. */
  readonly configuration?: string
  /** For multi-platform apps: what to build for. Default: iOS if supported. */
  readonly platform?: PlatformName
  /** Build for Mac Catalyst what supports it; the app's `isMacCatalyst` tells whether it does. */
  readonly macCatalyst?: boolean
  /** The folder that nothing may lead out of. Default: the repository that holds the project, else the project's folder. */
  readonly root?: string
  /** Further folders that the project may refer to. */
  readonly allowedFolders?: readonly string[]
  /** Build settings that win over all files, such as `DEVELOPMENT_TEAM` of the team that will sign. */
  readonly overrides?: Readonly<Record<string, string>>
}

/** What has to be signed when a scheme is archived. */
export interface ProjectAnalysis {
  /** Absolute path of the `.xcodeproj` that holds the app's target; it may differ from the path given. */
  readonly projectPath: string
  readonly project: XcodeProject
  readonly scheme: { readonly name: string; readonly kind: SchemeKind }
  readonly configuration: string
  /** Platform of the app; undefined when the project does not tell. */
  readonly platform: PlatformName | undefined
  /** The app first, then what it depends on inside its project. */
  readonly targets: readonly AnalysedTarget[]
  /** UI tests of the app; signed for development when wanted, not part of the archive. */
  readonly uiTestTargets: readonly AnalysedTarget[]
  readonly warnings: readonly Warning[]
}

/**
 * Finds out, on any operating system, which targets of a scheme are signed and how.
 * @example
 * const { targets } = analyseProject({ path: 'App.xcodeproj', scheme: 'App' })
 * Throws the errors of `xcodeErrors`; what cannot be resolved in a single target is told there instead.
 */
export function analyseProject(options: AnalyseOptions): ProjectAnalysis {
  const container = locateProject(options.path)
  const files = openProjectFiles(options.root ?? defaultRoot(container.path), options.allowedFolders)
  const index = indexSchemes(container, files)
  const { scheme, main } = chooseScheme(index, options.scheme)
  const project = index.open(main.projectPath ?? container.path)
  const mainTarget = findTarget(project, main)
  const configuration =
    options.configuration ?? scheme.archiveConfiguration ?? project.configurations.defaultName ?? 'Release'
  const settingsOf = rememberSettings(project, mainTarget, configuration, options)
  const signed = withDependencies(project.targets, mainTarget, dependencyFilter(settingsOf)).filter(isSigned)
  const targets = signed.map((target) => analyseTarget(project, target, settingsOf(target)))
  const uiTests = project.targets.filter((target) => isUiTestOf(target, mainTarget))
  const uiTestTargets = uiTests.map((target) => analyseTarget(project, target, settingsOf(target)))
  const allSettings = [...signed, ...uiTests].map(settingsOf)
  return {
    projectPath: project.path,
    project,
    scheme: { name: scheme.name, kind: scheme.kind },
    configuration,
    platform: settingsOf(mainTarget).platform,
    targets,
    uiTestTargets,
    warnings: [...index.warnings, ...warningsOf([...targets, ...uiTestTargets], allSettings)],
  }
}

function findTarget(project: XcodeProject, entry: BuildEntry): Target {
  const target =
    project.targets.find(({ id }) => id === entry.targetId) ??
    project.targets.find(({ name }) => name === entry.targetName)
  if (target !== undefined) return target
  const available = project.targets.map(({ name }) => name)
  throw xcodeErrors.target_not_found(
    { target: entry.targetName, available },
    { detail: `the scheme names the target "${entry.targetName}"; there are ${available.join(', ')}` },
  )
}

/** Targets of several platforms are built for the platform of the app. */
function rememberSettings(
  project: XcodeProject,
  main: Target,
  configuration: string,
  options: AnalyseOptions,
): (target: Target) => TargetSettings {
  const known = new Map<Target, TargetSettings>()
  const overrides = options.overrides ?? {}
  const compute = (target: Target, platform: PlatformName | undefined) => {
    checkConfiguration(target, configuration)
    const macCatalyst = options.macCatalyst === true
    return targetSettings(project, target, configuration, { overrides, macCatalyst, ...(platform && { platform }) })
  }
  known.set(main, compute(main, options.platform))
  const platform = known.get(main)?.platform
  return (target) => {
    const settings = known.get(target) ?? compute(target, platform)
    known.set(target, settings)
    return settings
  }
}

function checkConfiguration(target: Target, configuration: string): void {
  if (target.isa !== 'PBXNativeTarget' || configurationNamed(target.configurations, configuration) !== undefined) return
  const available = target.configurations.configurations.map(({ name }) => name)
  throw xcodeErrors.configuration_not_found(
    { configuration, target: target.name, available },
    { detail: `target "${target.name}" has no configuration "${configuration}"; there are ${available.join(', ')}` },
  )
}

function dependencyFilter(settingsOf: (target: Target) => TargetSettings) {
  return (owner: Target, dependency: TargetDependency): boolean => {
    if (dependency.platformFilters.length === 0) return true
    const { platform, isMacCatalyst } = settingsOf(owner)
    if (isMacCatalyst) return dependency.platformFilters.includes('maccatalyst')
    return platform === undefined || dependency.platformFilters.includes(PLATFORMS[platform].filter)
  }
}

function isSigned(target: Target): boolean {
  const { role } = productTypeOf(target.productType)
  return role !== undefined && role !== 'ui-tests'
}

function isUiTestOf(target: Target, main: Target): boolean {
  return (
    productTypeOf(target.productType).role === 'ui-tests' &&
    target.dependencies.some(({ targetId }) => targetId === main.id)
  )
}
