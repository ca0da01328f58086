import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { xcodeErrors } from './errors.ts'
import { messageOf } from './message.ts'

/** Larger than any property list, xcconfig or scheme by far. */
const MAX_FILE_BYTES = 16 * 1024 * 1024

/**
 * The files a project may refer to: those in its root folder and in folders allowed explicitly.
 * Who writes a project controls every path in it, so each one is checked before it is opened, also behind symlinks.
 */
export interface ProjectFiles {
  /** Absolute path of the root folder. */
  readonly root: string
  /** The bytes of a file; undefined when there is none. `referredFrom` names what refers to it, for errors. */
  read(path: string, referredFrom: string, maxBytes?: number): Uint8Array | undefined
  /** The names in a folder, sorted; none when there is no such folder. */
  list(path: string, referredFrom: string): readonly string[]
  isFolder(path: string, referredFrom: string): boolean
  /** Says whether a path may be read at all. */
  allows(path: string): boolean
  /** Says whether a path leads outside to where nothing is, so that not reading it loses nothing. */
  isAbsentOutside(path: string): boolean
  /** The path as shown to people: relative to the root when it lies inside. */
  show(path: string): string
}

/**
 * Opens a root folder. `allowed` are further folders that may be read.
 * The functions throw `xcode.path_outside_project`, `xcode.file_unreadable` and `xcode.file_too_large`.
 */
export function openProjectFiles(root: string, allowed: readonly string[] = []): ProjectFiles {
  const absoluteRoot = resolve(root)
  const folders = [absoluteRoot, ...allowed.map((folder) => resolve(folder))]
  const realFolders = folders.flatMap((folder) => realPath(folder) ?? [])
  const show = (path: string) => showPath(absoluteRoot, path)

  function check(path: string, referredFrom: string): string | undefined {
    const outside = () =>
      xcodeErrors.path_outside_project(
        { path, referredFrom, root: absoluteRoot },
        { detail: `"${path}", named in ${referredFrom}, lies outside ${absoluteRoot}` },
      )
    if (!isInsideAny(folders, path)) throw outside()
    const real = realPath(path)
    if (real !== undefined && !isInsideAny(realFolders, real)) throw outside()
    if (real === undefined && isDanglingLink(path)) throw outside()
    return real
  }

  return {
    root: absoluteRoot,
    show,
    read(path, referredFrom, maxBytes = MAX_FILE_BYTES) {
      const real = check(path, referredFrom)
      return real === undefined ? undefined : readRegularFile(real, show(path), maxBytes)
    },
    list(path, referredFrom) {
      const real = check(path, referredFrom)
      return real !== undefined && statSync(real).isDirectory()
        ? (attempt(path, () => readdirSync(real).sort()) ?? [])
        : []
    },
    isAbsentOutside: (path) => !isInsideAny(folders, path) && !exists(path),
    allows(path) {
      const real = realPath(path)
      return isInsideAny(folders, path) && (real === undefined || isInsideAny(realFolders, real))
    },
    isFolder(path, referredFrom) {
      const real = check(path, referredFrom)
      return real !== undefined && statSync(real).isDirectory()
    },
  }
}

/** The folder a project is trusted to read in: the repository that holds it, else the folder the project lies in. */
export function defaultRoot(projectPath: string): string {
  const parent = dirname(resolve(projectPath))
  // The workspace that Xcode keeps inside a project lies one level deeper.
  const folder = parent.endsWith('.xcodeproj') ? dirname(parent) : parent
  for (let candidate = folder; ; candidate = dirname(candidate)) {
    if (realPath(join(candidate, '.git')) !== undefined) return candidate
    if (dirname(candidate) === candidate) return folder
  }
}

/** Says whether a path is the folder or lies below it; both absolute. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

function isInsideAny(folders: readonly string[], path: string): boolean {
  return folders.some((folder) => isInside(folder, path))
}

function showPath(root: string, path: string): string {
  return isInside(root, path) ? relative(root, path) || '.' : path
}

function realPath(path: string): string | undefined {
  return attempt(path, () => realpathSync(path))
}

function isDanglingLink(path: string): boolean {
  return attempt(path, () => lstatSync(path))?.isSymbolicLink() === true
}

function exists(path: string): boolean {
  return attempt(path, () => lstatSync(path)) !== undefined
}

/** What the system says of paths that name nothing, or cannot name anything (too long, or with a NUL in them). */
const NAMES_NOTHING: ReadonlySet<unknown> = new Set([
  'ENOENT',
  'ENOTDIR',
  'ENAMETOOLONG',
  'ELOOP',
  'ERR_INVALID_ARG_VALUE',
])

/** The result of a look at the file system; undefined when there is nothing at the path. */
export function attempt<T>(path: string, look: () => T): T | undefined {
  try {
    return look()
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && NAMES_NOTHING.has(cause.code)) return undefined
    throw unreadable(path, messageOf(cause), cause)
  }
}

function readRegularFile(path: string, shown: string, limit: number): Uint8Array {
  const stats = statSync(path)
  if (!stats.isFile()) throw unreadable(shown, 'it is not a regular file')
  if (stats.size > limit) throw xcodeErrors.file_too_large({ path: shown, bytes: stats.size, limit })
  try {
    return readFileSync(path)
  } catch (cause) {
    throw unreadable(shown, messageOf(cause), cause)
  }
}

function unreadable(path: string, reason: string, cause?: unknown): Error {
  return xcodeErrors.file_unreadable({ path, reason }, { cause, detail: `${path}: ${reason}` })
}
