import { basename, dirname, join, normalize } from 'node:path'
import { resolveReference } from './container.ts'
import type { ProjectFiles } from './files.ts'
import { find, type PbxNode, textOf } from './pbxproj/document.ts'
import type { XcodeProject } from './project.ts'

/** The file that stands for a Swift package; Xcode reads references in its schemes from the folder of this file. */
export const MANIFEST = 'Package.swift'

/** Where Xcode keeps what belongs to it in the folder of a package, schemes among it. */
const XCODE_FOLDER = join('.swiftpm', 'xcode')

/** Xcode's workspace for a package that is opened alone. */
const PACKAGE_WORKSPACE = join(XCODE_FOLDER, 'package.xcworkspace')

/** The folder that holds `xcshareddata` and `xcuserdata` of a project, a workspace or the manifest of a package. */
export function schemeHome(container: string): string {
  return isManifest(container) ? join(dirname(container), XCODE_FOLDER) : container
}

export function isManifest(path: string): boolean {
  return basename(path) === MANIFEST
}

/** The manifest of the package that an `.xcworkspace` of Xcode's own making stands for; undefined for all others. */
export function packageOfWorkspace(workspacePath: string): string | undefined {
  const isPackages = workspacePath.endsWith(join('/', PACKAGE_WORKSPACE))
  return isPackages ? join(dirname(dirname(dirname(workspacePath))), MANIFEST) : undefined
}

/** Of names in a folder, those that make it a package. A package under development may be known by its schemes alone. */
export function isPackageFolder(names: readonly string[]): boolean {
  return names.includes(MANIFEST) || names.includes('.swiftpm')
}

/**
 * The manifest of the package in a folder; undefined when there is none, or none that may be read.
 * What a reference from a project leads to is often a folder of resources, so nothing is thrown.
 */
export function packageIn(folder: string, files: ProjectFiles): string | undefined {
  if (!files.allows(folder)) return undefined
  return isPackageFolder(files.list(folder, files.show(folder))) ? join(folder, MANIFEST) : undefined
}

/**
 * The manifests of the packages that lie in a project: as a folder among its files, as Xcode up to 14 writes it, or as
 * a local package reference since Xcode 15. Packages that a package depends on are not followed.
 */
export function packagesOf(project: XcodeProject): string[] {
  const folders = [...project.objects].flatMap(([id, node]) => folderBehind(project, id, node) ?? [])
  return [...new Set(folders)].flatMap((folder) => packageIn(folder, project.files) ?? [])
}

const FOLDER_TYPES: ReadonlySet<string | undefined> = new Set(['folder', 'wrapper'])

function folderBehind(project: XcodeProject, id: string, node: PbxNode): string | undefined {
  const read = (key: string) => textOf(project.document, find(project.document, node, key))
  const isa = read('isa')
  if (isa === 'XCLocalSwiftPackageReference') return join(project.sourceRoot, normalize(read('relativePath') ?? '.'))
  if (isa !== 'PBXFileReference' || !FOLDER_TYPES.has(read('lastKnownFileType'))) return undefined
  return project.paths.pathOf(id)
}

/** The manifest of the package that a file reference of a workspace names. */
export function packageAt(
  location: string,
  { workspacePath, group, files }: { workspacePath: string; group: string; files: ProjectFiles },
): string | undefined {
  const path = resolveReference(location, workspacePath, group)
  return path === undefined ? undefined : packageIn(path, files)
}
