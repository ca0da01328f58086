import { type CordonError, isCordonError } from '@cordon/core/errors'
import type { ProjectFiles } from './files.ts'
import type { Container } from './locate.ts'
import { openProject, type XcodeProject } from './project.ts'
import { autoCreatedSchemes, listSchemeFiles, readScheme, type Scheme } from './scheme.ts'
import { openWorkspace } from './workspace.ts'

/** Something in a project that is not as it should be, but does not stop the analysis. */
export interface Warning {
  readonly code:
    | 'project_unreadable'
    | 'scheme_unreadable'
    | 'xcconfig_missing'
    | 'xcconfig_malformed'
    | 'entitlements_missing'
    | 'value_unresolved'
    | 'setting_undefined'
    | 'bundle_id_depends_on_team'
    | 'same_bundle_id'
  readonly message: string
}

/** All schemes of a project or workspace, its own before those of its projects, shared before user ones. */
export interface SchemeIndex {
  readonly schemes: readonly Scheme[]
  /** Scheme files that cannot be read, by name. */
  readonly broken: ReadonlyMap<string, CordonError>
  readonly warnings: readonly Warning[]
  /** Opens a project once; later calls answer from memory. */
  open(projectPath: string): XcodeProject
}

/** Reads every scheme. A broken scheme or a missing project of a workspace is a warning. */
export function indexSchemes(container: Container, files: ProjectFiles): SchemeIndex {
  const reading: Reading = { files, container, open: rememberProjects(files), broken: new Map(), warnings: [] }
  const projectPaths =
    container.kind === 'project' ? [container.path] : openWorkspace(container.path, files).projectPaths
  const own = container.kind === 'workspace' ? schemesIn(container.path, reading) : []
  const theirs = projectPaths.flatMap((path) => schemesOfProject(path, reading))
  const { open, broken, warnings } = reading
  return { schemes: [...own, ...theirs], broken, warnings, open }
}

interface Reading {
  readonly files: ProjectFiles
  readonly container: Container
  readonly open: (path: string) => XcodeProject
  readonly broken: Map<string, CordonError>
  readonly warnings: Warning[]
}

function rememberProjects(files: ProjectFiles): (path: string) => XcodeProject {
  const opened = new Map<string, XcodeProject>()
  return (path) => {
    const project = opened.get(path) ?? openProject(path, files)
    opened.set(path, project)
    return project
  }
}

function schemesOfProject(path: string, reading: Reading): Scheme[] {
  const { container, files, open, warnings } = reading
  try {
    const schemes = schemesIn(path, reading)
    return schemes.length > 0 ? schemes : autoCreatedSchemes(open(path))
  } catch (error) {
    if (!isCordonError(error) || container.kind === 'project') throw error
    warnings.push({ code: 'project_unreadable', message: `${files.show(path)}: ${error.detail ?? error.title}` })
    return []
  }
}

function schemesIn(path: string, { files, broken, warnings }: Reading): Scheme[] {
  return listSchemeFiles(path, files).flatMap((file) => {
    try {
      return [readScheme(file, files)]
    } catch (error) {
      if (!isCordonError(error)) throw error
      broken.set(file.name.normalize('NFC'), error)
      warnings.push({ code: 'scheme_unreadable', message: error.detail ?? error.title })
      return []
    }
  })
}
