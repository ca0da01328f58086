import { basename, dirname, join, resolve } from 'node:path'
import { resolveReference } from './container.ts'
import { xcodeErrors } from './errors.ts'
import type { ProjectFiles } from './files.ts'
import { messageOf } from './message.ts'
import { packageAt } from './swift-packages.ts'
import { parseXml, type XmlElement } from './xml.ts'

/** An Xcode workspace: the projects and packages it holds, in its order. */
export interface Workspace {
  /** Absolute path of the `.xcworkspace` folder. */
  readonly path: string
  readonly projectPaths: readonly string[]
  /** The `Package.swift` of each Swift package. */
  readonly packagePaths: readonly string[]
}

/**
 * Reads an `.xcworkspace`, also the one inside an `.xcodeproj`.
 * Throws `xcode.not_found` and `xcode.workspace_malformed`.
 */
export function openWorkspace(path: string, files: ProjectFiles): Workspace {
  const workspacePath = resolve(path)
  const dataPath = join(workspacePath, 'contents.xcworkspacedata')
  const shown = files.show(dataPath)
  const bytes = files.read(dataPath, files.show(workspacePath))
  if (bytes === undefined) throw xcodeErrors.not_found({ path: shown }, { detail: `"${shown}" is missing` })
  try {
    const root = parseXml(Buffer.from(bytes).toString('utf8'))
    const references = referencesIn(root, workspacePath, dirname(workspacePath))
    return {
      path: workspacePath,
      projectPaths: unique(references.flatMap(({ location, group }) => projectAt(location, workspacePath, group))),
      packagePaths: unique(
        references.flatMap(({ location, group }) => packageAt(location, { workspacePath, group, files }) ?? []),
      ),
    }
  } catch (cause) {
    throw xcodeErrors.workspace_malformed(
      { path: shown, reason: messageOf(cause) },
      { cause, detail: `${shown}: ${messageOf(cause)}` },
    )
  }
}

function unique(paths: readonly string[]): string[] {
  return [...new Set(paths)]
}

interface FileReference {
  readonly location: string
  /** Folder of the group it stands in. */
  readonly group: string
}

function referencesIn(element: XmlElement, workspacePath: string, group: string): FileReference[] {
  return element.children.flatMap(([name, child]) => {
    const location = child.attributes.get('location') ?? ''
    if (name === 'FileRef') return [{ location, group }]
    const folder = name === 'Group' ? resolveReference(location, workspacePath, group) : group
    return referencesIn(child, workspacePath, folder ?? group)
  })
}

function projectAt(location: string, workspacePath: string, group: string): string[] {
  const owner = dirname(workspacePath)
  if (location.startsWith('self:')) return owner.endsWith('.xcodeproj') ? [owner] : []
  const path = resolveReference(location, workspacePath, group)
  return path !== undefined && basename(path).endsWith('.xcodeproj') ? [path] : []
}
