import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { xcodeErrors } from './errors.ts'
import { attempt } from './files.ts'
import { isManifest, isPackageFolder, MANIFEST, packageOfWorkspace } from './swift-packages.ts'

/** What a path given by a person stands for. */
export interface Container {
  readonly kind: 'project' | 'workspace' | 'package'
  /** Absolute path of the `.xcodeproj`, the `.xcworkspace` or the package's `Package.swift`. */
  readonly path: string
}

const KINDS: readonly (readonly [extension: string, kind: Container['kind']])[] = [
  ['.xcworkspace', 'workspace'],
  ['.xcodeproj', 'project'],
]

/** Characters of a path that an error repeats. */
const MAX_SHOWN = 500

/**
 * Finds the project that a path means: an `.xcodeproj`, an `.xcworkspace`, a `Package.swift`, or a folder that holds
 * exactly one workspace, else exactly one project, else a Swift package.
 * Throws `xcode.not_found`, `not_a_project`, `no_project_in_folder` and `several_projects_in_folder`.
 */
export function locateProject(given: string): Container {
  const absolute = resolve(given)
  const path = given.length > MAX_SHOWN ? `${given.slice(0, MAX_SHOWN)}…` : given
  const stats = attempt(path, () => statSync(absolute))
  if (stats === undefined) throw xcodeErrors.not_found({ path }, { detail: `"${path}" does not exist` })
  if (!stats.isDirectory()) {
    if (isManifest(absolute)) return { kind: 'package', path: absolute }
    throw notAProject(path, 'it is a file, not a folder')
  }
  const manifest = packageOfWorkspace(absolute)
  if (manifest !== undefined) return { kind: 'package', path: manifest }
  const named = KINDS.find(([extension]) => absolute.endsWith(extension))
  return named === undefined ? locateInFolder(absolute, path) : { kind: named[1], path: absolute }
}

function locateInFolder(folder: string, shown: string): Container {
  const names = attempt(shown, () => readdirSync(folder).sort()) ?? []
  for (const [extension, kind] of KINDS) {
    const found = names.filter((name) => name.endsWith(extension))
    const only = found[0]
    if (found.length > 1) {
      throw xcodeErrors.several_projects_in_folder(
        { path: shown, found },
        { detail: `"${shown}" holds ${found.join(', ')}` },
      )
    }
    if (only !== undefined) return { kind, path: join(folder, only) }
  }
  if (isPackageFolder(names)) return { kind: 'package', path: join(folder, MANIFEST) }
  throw xcodeErrors.no_project_in_folder(
    { path: shown },
    { detail: `"${shown}" holds no .xcodeproj, no .xcworkspace and no Swift package` },
  )
}

function notAProject(path: string, reason: string): Error {
  return xcodeErrors.not_a_project({ path, reason }, { detail: `"${path}": ${reason}` })
}
