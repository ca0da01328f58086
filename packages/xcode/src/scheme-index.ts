import { type CordonError, isCordonError } from '@cordon/core/errors'
import type { ProjectFiles } from './files.ts'
import type { Container } from './locate.ts'
import { openProject, type XcodeProject } from './project.ts'
import { autoCreatedSchemes, listSchemeFiles, readScheme, type Scheme } from './scheme.ts'
import { packagesOf } from './swift-packages.ts'
import { openWorkspace, type Workspace } from './workspace.ts'

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

/**
 * All schemes of a project, workspace or package: its own, then those of its projects, then those of the Swift packages
 * that lie in them; shared before user ones.
 */
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
  const { projectPaths, packagePaths } = contentsOf(container, files)
  const own = container.kind === 'workspace' ? schemesIn(container.path, reading) : []
  const theirs = projectPaths.flatMap((path) => schemesOfProject(path, reading))
  const packages = new Set([...packagePaths, ...projectPaths.flatMap((path) => packagesOfProject(path, reading))])
  const ofPackages = [...packages].flatMap((path) => schemesIn(path, reading))
  const { open, broken, warnings } = reading
  return { schemes: [...own, ...theirs, ...ofPackages], broken, warnings, open }
}

type Contents = Pick<Workspace, 'projectPaths' | 'packagePaths'>

function contentsOf({ kind, path }: Container, files: ProjectFiles): Contents {
  if (kind === 'workspace') return openWorkspace(path, files)
  return kind === 'project' ? { projectPaths: [path], packagePaths: [] } : { projectPaths: [], packagePaths: [path] }
}

/** A project that cannot be read is reported when something in it is needed. */
function packagesOfProject(path: string, { open }: Reading): string[] {
  try {
    return packagesOf(open(path))
  } catch (error) {
    if (!isCordonError(error)) throw error
    return []
  }
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
