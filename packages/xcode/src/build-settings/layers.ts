import { type BuildConfiguration, configurationNamed } from '../configurations.ts'
import { entriesOf, itemsOf, kindOf, type PbxNode, textOf } from '../pbxproj/document.ts'
import { lineOf } from '../pbxproj/lines.ts'
import type { XcodeProject } from '../project.ts'
import type { Target } from '../targets.ts'
import { type LoadedXcconfig, loadXcconfig, type MissingXcconfig } from '../xcconfig/load.ts'
import { type Assignment, parseSettingKey, type SettingLayer } from './assignment.ts'

/** All assignments that bear on a target in a configuration, lowest layer first, without the built-in ones. */
export interface SettingLayers {
  readonly assignments: readonly Assignment[]
  readonly missing: readonly MissingXcconfig[]
  readonly problems: readonly string[]
}

/** Collects project xcconfig, project, target xcconfig, target. The target must have the configuration. */
export function collectLayers(project: XcodeProject, target: Target, configurationName: string): SettingLayers {
  const ofProject =
    configurationNamed(project.configurations, configurationName) ??
    configurationNamed(project.configurations, project.configurations.defaultName ?? '')
  const ofTarget = configurationNamed(target.configurations, configurationName)
  const projectFile = loadBaseFile(project, ofProject, 'project-xcconfig')
  const targetFile = loadBaseFile(project, ofTarget, 'target-xcconfig')
  return {
    assignments: [
      ...projectFile.assignments,
      ...assignmentsIn(project, ofProject?.settings, 'project'),
      ...targetFile.assignments,
      ...assignmentsIn(project, ofTarget?.settings, 'target'),
    ],
    missing: [...projectFile.missing, ...targetFile.missing],
    problems: [...projectFile.problems, ...targetFile.problems],
  }
}

const NOTHING: LoadedXcconfig = { assignments: [], missing: [], problems: [] }

function loadBaseFile(
  project: XcodeProject,
  configuration: BuildConfiguration | undefined,
  layer: SettingLayer,
): LoadedXcconfig {
  if (configuration?.baseFile === undefined) return NOTHING
  const referredFrom = project.document.path
  const { path } = configuration.baseFile
  if (path === undefined) {
    const name = `(the xcconfig of configuration "${configuration.name}")`
    return { ...NOTHING, missing: [{ path: name, referredFrom, isOptional: false }] }
  }
  return loadXcconfig(path, { files: project.files, layer, sourceRoot: project.sourceRoot, referredFrom })
}

/** In a project file the order of keys is that of their names, so that `KEY[sdk=…]` wins over `KEY`. */
function assignmentsIn(project: XcodeProject, settings: PbxNode | undefined, layer: SettingLayer): Assignment[] {
  const { document } = project
  return [...entriesOf(document, settings)]
    .sort(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .map(([key, entry]) => {
      const value = settingText(project, entry.value)
      const origin = { layer, file: document.path, line: lineOf(document, entry.key), setting: key, text: value }
      return { ...parseSettingKey(key), value, origin }
    })
}

function settingText(project: XcodeProject, node: PbxNode): string {
  const { document } = project
  if (kindOf(document, node) !== 'array') return textOf(document, node) ?? ''
  return itemsOf(document, node)
    .map((item) => textOf(document, item) ?? '')
    .join(' ')
}
