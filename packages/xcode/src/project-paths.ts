import { join, normalize } from 'node:path'
import { find, itemsOf, type PbxDocument, type PbxNode, textOf } from './pbxproj/document.ts'

/** The objects of a project by id. */
export type PbxObjects = ReadonlyMap<string, PbxNode>

/** Finds where the files and folders of a project lie on disk. */
export interface ProjectPaths {
  /** The absolute path of a file reference, group or synchronised folder; undefined when it lies in the build products or an SDK. */
  pathOf(id: string): string | undefined
}

interface Place {
  readonly document: PbxDocument
  readonly objects: PbxObjects
  /** `SOURCE_ROOT`: the project's folder. */
  readonly sourceRoot: string
  readonly parents: ReadonlyMap<string, string>
}

/** Reads the tree of groups once, so that every reference can be followed up to the project's folder. */
export function createProjectPaths(document: PbxDocument, objects: PbxObjects, sourceRoot: string): ProjectPaths {
  const place: Place = { document, objects, sourceRoot, parents: parentsOf(document, objects) }
  return { pathOf: (id) => pathOf(place, id, new Set()) }
}

function parentsOf(document: PbxDocument, objects: PbxObjects): Map<string, string> {
  const parents = new Map<string, string>()
  for (const [id, node] of objects) {
    const children = find(document, node, 'children')
    for (const item of itemsOf(document, children)) {
      const child = textOf(document, item)
      if (child !== undefined) parents.set(child, id)
    }
  }
  return parents
}

function pathOf(place: Place, id: string, seen: Set<string>): string | undefined {
  const node = place.objects.get(id)
  if (node === undefined || seen.has(id)) return undefined
  seen.add(id)
  const read = (key: string) => textOf(place.document, find(place.document, node, key))
  const base = baseOf(place, id, read('sourceTree') ?? '<group>', seen)
  return base === undefined ? undefined : join(base, normalize(read('path') ?? '.'))
}

function baseOf(place: Place, id: string, sourceTree: string, seen: Set<string>): string | undefined {
  if (sourceTree === '<absolute>') return '/'
  if (sourceTree === 'SOURCE_ROOT') return place.sourceRoot
  if (sourceTree !== '<group>') return undefined
  const parent = place.parents.get(id)
  return parent === undefined ? place.sourceRoot : pathOf(place, parent, seen)
}
