import { existsSync } from 'node:fs'
import { join } from 'node:path'

const VARIABLE = 'BITRISE_CACHE_INCLUDE_PATHS'

/** Folders of dependencies, and the file whose change makes a cached folder stale. */
const CACHES = [
  { folder: 'Pods', indicator: 'Podfile.lock' },
  { folder: 'Carthage', indicator: 'Cartfile.resolved' },
] as const

/** Lines of the build cache, in its form `folder -> indicator`, for what is there. */
export function cachePaths(workingFolder: string, homeFolder: string): readonly string[] {
  const ofProject = CACHES.filter(({ folder, indicator }) =>
    [folder, indicator].every((name) => existsSync(join(workingFolder, name))),
  ).map(({ folder, indicator }) => `${join(workingFolder, folder)} -> ${join(workingFolder, indicator)}`)
  const gradle = join(homeFolder, '.gradle')
  return existsSync(join(workingFolder, 'gradlew')) && existsSync(gradle) ? [...ofProject, gradle] : ofProject
}

/** The output that names them, after what earlier steps have named; nothing where there is nothing to name. */
export function cacheOutput(
  paths: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  if (paths.length === 0 || !variables.ENVMAN_ENVSTORE_PATH) return {}
  const before = (variables[VARIABLE] ?? '').split('\n').filter((line) => line !== '' && !paths.includes(line))
  return { [VARIABLE]: [...before, ...paths].join('\n') }
}
