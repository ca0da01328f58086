import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Real projects, read where they are present and never copied into the project. */
export const CORPUS = fileURLToPath(new URL('../../../../shared/xcode-projects', import.meta.url))

/** Says in the output that something a test compares with is not on this machine. */
export function announceAbsence(what: string): void {
  console.info(`not compared: ${what} is not on this machine`)
}

/** The files of the corpus whose name ends so; none, and a line saying so, when it is absent. */
export function corpusFiles(ending: string): string[] {
  if (!existsSync(CORPUS)) {
    announceAbsence('../shared/xcode-projects')
    return []
  }
  return readdirSync(CORPUS, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => join(CORPUS, path))
    .sort()
}

/** Says whether a program can be started. */
export function hasProgram(name: string): boolean {
  return spawnSync(name, ['--help'], { stdio: 'ignore' }).error === undefined
}
