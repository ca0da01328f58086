import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { xcodeErrors } from './errors.ts'
import { attempt } from './files.ts'

/** What a path given by a person stands for. */
export interface Container {
  readonly kind: 'project' | 'workspace'
  /** Absolute path of the `.xcodeproj` or `.xcworkspace`. */
  readonly path: string
}

const KINDS: readonly (readonly [extension: string, kind: Container['kind']])[] = [
  ['.xcworkspace', 'workspace'],
  ['.xcodeproj', 'project'],
]

/** Characters of a path that an error repeats. */
const MAX_SHOWN = 500

/**
 * Finds the project that a path means: an `.xcodeproj`, an `.xcworkspace`, or a folder that holds exactly one
 * workspace or, without a workspace, exactly one project.
 * Throws `xcode.not_found`, `not_a_project`, `no_project_in_folder` and `several_projects_in_folder`.
 */
export function locateProject(given: string): Container {
  const absolute = resolve(given)
  const path = given.length > MAX_SHOWN ? `${given.slice(0, MAX_SHOWN)}…` : given
  const stats = attempt(path, () => statSync(absolute))
  if (stats === undefined) throw xcodeErrors.not_found({ path }, { detail: `"${path}" does not exist` })
  if (!stats.isDirectory()) throw notAProject(path, 'it is a file, not a folder')
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
  throw xcodeErrors.no_project_in_folder(
    { path: shown },
    { detail: `"${shown}" holds no .xcodeproj and no .xcworkspace` },
  )
}

function notAProject(path: string, reason: string): Error {
  return xcodeErrors.not_a_project({ path, reason }, { detail: `"${path}": ${reason}` })
}
