import { join, normalize } from 'node:path'
import { find, itemsOf, type PbxDocument, type PbxNode, textOf } from './pbxproj/document.ts'
import type { ProjectPaths } from './project-paths.ts'

/** One build configuration of the project or of a target. */
export interface BuildConfiguration {
  readonly id: string
  readonly name: string
  /** Its `buildSettings` dictionary, if it has one. */
  readonly settings: PbxNode | undefined
  /** Absolute path of the xcconfig file it is based on; `undefined` inside when the reference leads nowhere. */
  readonly baseFile: { readonly path: string | undefined } | undefined
}

/** The configurations of the project or of a target, and which one stands in for a name that is missing. */
export interface ConfigurationList {
  readonly configurations: readonly BuildConfiguration[]
  readonly defaultName: string | undefined
}

/** Reads an `XCConfigurationList`; an unknown id gives an empty list. */
export function readConfigurations(
  document: PbxDocument,
  objects: ReadonlyMap<string, PbxNode>,
  paths: ProjectPaths,
  listId: string | undefined,
): ConfigurationList {
  const list = objects.get(listId ?? '')
  const ids = itemsOf(document, find(document, list, 'buildConfigurations')).flatMap(
    (item) => textOf(document, item) ?? [],
  )
  return {
    configurations: ids.flatMap((id) => readConfiguration(document, objects.get(id), paths, id) ?? []),
    defaultName: textOf(document, find(document, list, 'defaultConfigurationName')),
  }
}

function readConfiguration(
  document: PbxDocument,
  node: PbxNode | undefined,
  paths: ProjectPaths,
  id: string,
): BuildConfiguration | undefined {
  const name = textOf(document, find(document, node, 'name'))
  if (name === undefined) return undefined
  return { id, name, settings: find(document, node, 'buildSettings'), baseFile: baseFileOf(document, node, paths) }
}

/** An xcconfig is named by a file reference, or by a path inside a synchronised folder. */
function baseFileOf(
  document: PbxDocument,
  node: PbxNode | undefined,
  paths: ProjectPaths,
): { readonly path: string | undefined } | undefined {
  const read = (key: string) => textOf(document, find(document, node, key))
  const reference = read('baseConfigurationReference')
  if (reference !== undefined) return { path: paths.pathOf(reference) }
  const anchor = read('baseConfigurationReferenceAnchor')
  if (anchor === undefined) return undefined
  const folder = paths.pathOf(anchor)
  return { path: folder && join(folder, normalize(read('baseConfigurationReferenceRelativePath') ?? '.')) }
}

/** The configuration of this name, else undefined. */
export function configurationNamed(list: ConfigurationList, name: string): BuildConfiguration | undefined {
  return list.configurations.find((configuration) => configuration.name === name)
}
