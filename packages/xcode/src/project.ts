import { basename, dirname, join, normalize, resolve } from 'node:path'
import { type ConfigurationList, readConfigurations } from './configurations.ts'
import { xcodeErrors } from './errors.ts'
import type { ProjectFiles } from './files.ts'
import { entriesOf, find, type PbxDocument, type PbxNode, ROOT, textOf } from './pbxproj/document.ts'
import { MAX_PROJECT_BYTES, parsePbxproj } from './pbxproj/parse.ts'
import { createProjectPaths, type ProjectPaths } from './project-paths.ts'
import { readTargets, type Target } from './targets.ts'

/** An Xcode project as read from disk. */
export interface XcodeProject {
  /** Absolute path of the `.xcodeproj` folder. */
  readonly path: string
  /** File name without `.xcodeproj`. */
  readonly name: string
  /** `SRCROOT`: what paths in build settings are relative to. */
  readonly sourceRoot: string
  readonly files: ProjectFiles
  readonly document: PbxDocument
  readonly objects: ReadonlyMap<string, PbxNode>
  readonly paths: ProjectPaths
  readonly targets: readonly Target[]
  readonly configurations: ConfigurationList
}

/**
 * Reads an `.xcodeproj`. Throws `xcode.not_found`, `xcode.not_a_project` and what `parsePbxproj` throws.
 */
export function openProject(path: string, files: ProjectFiles): XcodeProject {
  const projectPath = resolve(path)
  const document = readDocument(projectPath, files)
  const objects = objectsOf(document)
  const root = rootObject(document, objects)
  const read = (key: string) => textOf(document, find(document, root, key))
  const sourceRoot = join(dirname(projectPath), normalize(read('projectDirPath') || '.'))
  const paths = createProjectPaths(document, objects, sourceRoot)
  const configurationsOf = (id: string | undefined) => readConfigurations(document, objects, paths, id)
  return {
    path: projectPath,
    name: basename(projectPath, '.xcodeproj'),
    sourceRoot,
    files,
    document,
    objects,
    paths,
    targets: readTargets(document, objects, root, configurationsOf),
    configurations: configurationsOf(read('buildConfigurationList')),
  }
}

/** Path of the file that an `.xcodeproj` folder keeps its project in. */
export function pbxprojPath(projectPath: string): string {
  return join(projectPath, 'project.pbxproj')
}

function readDocument(projectPath: string, files: ProjectFiles): PbxDocument {
  const path = pbxprojPath(projectPath)
  const bytes = files.read(path, files.show(projectPath), MAX_PROJECT_BYTES)
  if (bytes === undefined)
    throw xcodeErrors.not_found({ path: files.show(path) }, { detail: `"${files.show(path)}" is missing` })
  return parsePbxproj(bytes, files.show(path))
}

function objectsOf(document: PbxDocument): Map<string, PbxNode> {
  const entries = entriesOf(document, find(document, ROOT, 'objects'))
  return new Map([...entries].map(([id, entry]) => [id, entry.value]))
}

function rootObject(document: PbxDocument, objects: ReadonlyMap<string, PbxNode>): PbxNode {
  const node = objects.get(textOf(document, find(document, ROOT, 'rootObject')) ?? '')
  if (textOf(document, find(document, node, 'isa')) === 'PBXProject' && node !== undefined) return node
  const reason = 'its root object is not a project'
  throw xcodeErrors.not_a_project({ path: document.path, reason }, { detail: `${document.path}: ${reason}` })
}
