import { cpSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { diffLines, type LineDiff } from '@cordon/testkit/line-diff'
import { projectRoot } from '../checks.ts'

export interface ProjectCopy {
  /** What to give as project_path. */
  readonly path: string
  readonly root: string
  /** The folder that was copied: the repository's root when the project is in one. */
  readonly source: string
}

const SKIPPED = new Set(['.git', 'node_modules', 'DerivedData', 'Pods', '.build'])

/** Copies a project with what is around it, so that the demo changes nothing of the user's. */
export function copyProject(original: string, folder: string): ProjectCopy {
  const source = surroundings(original)
  const root = join(folder, 'project', basename(source))
  cpSync(source, root, { recursive: true, verbatimSymlinks: true, filter: (path) => !SKIPPED.has(basename(path)) })
  return { path: join(root, relative(source, original)), root, source }
}

/** The repository that holds a project, else the folder beside it: xcconfig files and plists lie there. */
function surroundings(path: string): string {
  const start = /\.(xcodeproj|xcworkspace)$/.test(path) ? dirname(path) : path
  for (let folder = start; dirname(folder) !== folder; folder = dirname(folder)) {
    // The examples are in this repository but need nothing of it.
    if (folder === projectRoot) return start
    if (existsSync(join(folder, '.git'))) return folder
  }
  return start
}

/** The lines of the project files that differ between two folders, by file. */
export function changedLines(before: string, after: string): ReadonlyMap<string, LineDiff> {
  const changes = new Map<string, LineDiff>()
  for (const path of projectFiles(before)) {
    const [old, now] = [readFileSync(join(before, path), 'utf8'), readFileSync(join(after, path), 'utf8')]
    if (old !== now) changes.set(path, diffLines(old, now))
  }
  return changes
}

function projectFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) =>
      path.endsWith('project.pbxproj') &&
      !path.split('/').some((part) => SKIPPED.has(part)) &&
      statSync(join(folder, path)).isFile(),
  )
}
