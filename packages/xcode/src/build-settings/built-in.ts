import type { PlatformName } from '../platforms.ts'
import { PLATFORMS } from '../platforms.ts'
import { productTypeOf } from '../product-types.ts'
import type { XcodeProject } from '../project.ts'
import type { Target } from '../targets.ts'
import type { Assignment } from './assignment.ts'

/** What Xcode defines before any file does, as far as names, bundle IDs and paths are made of it. */
export function builtInAssignments(
  project: XcodeProject,
  target: Target,
  configuration: string,
  platform: PlatformName | undefined,
): Assignment[] {
  const values = { ...namesOf(project, target, configuration), ...(platform && platformValues(platform)) }
  return Object.entries(values).map(([name, value]) => assignment(name, value, 'built-in'))
}

/** Settings given on the command line; they win over all files. */
export function overrideAssignments(overrides: Readonly<Record<string, string>>): Assignment[] {
  return Object.entries(overrides).map(([name, value]) => assignment(name, value, 'override'))
}

function assignment(name: string, value: string, layer: 'built-in' | 'override'): Assignment {
  return { name, conditions: [], value, origin: { layer, setting: name, text: value } }
}

function namesOf(project: XcodeProject, target: Target, configuration: string): Record<string, string> {
  return {
    ACTION: 'install',
    CONFIGURATION: configuration,
    EXECUTABLE_NAME: '$(PRODUCT_NAME)',
    FULL_PRODUCT_NAME: '$(WRAPPER_NAME)',
    PRODUCT_MODULE_NAME: '$(PRODUCT_NAME:c99extidentifier)',
    PRODUCT_NAME: '$(TARGET_NAME)',
    PRODUCT_TYPE: target.productType ?? '',
    PROJECT: project.name,
    PROJECT_DIR: project.sourceRoot,
    PROJECT_FILE_PATH: project.path,
    PROJECT_NAME: project.name,
    SOURCE_ROOT: project.sourceRoot,
    SRCROOT: project.sourceRoot,
    TARGETNAME: target.name,
    TARGET_NAME: target.name,
    WRAPPER_EXTENSION: productTypeOf(target.productType).wrapper ?? '',
    WRAPPER_NAME: '$(PRODUCT_NAME).$(WRAPPER_EXTENSION)',
    WRAPPER_SUFFIX: '.$(WRAPPER_EXTENSION)',
  }
}

function platformValues(platform: PlatformName): Record<string, string> {
  const { displayName, effectiveSuffix } = PLATFORMS[platform]
  return {
    EFFECTIVE_PLATFORM_NAME: effectiveSuffix,
    PLATFORM_DISPLAY_NAME: displayName,
    PLATFORM_NAME: platform,
  }
}
