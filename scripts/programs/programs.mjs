// @ts-check
// Plain JavaScript: the entry of every npm script uses it before anything is compiled.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const SIMULATOR_PAGE = 'packages/simulator/src/control/page'

/** @typedef {'server' | 'simulator' | 'cordon'} ProgramName */

/** @type {Readonly<Record<ProgramName, { readonly workspace: string, readonly threads?: Readonly<Record<string, string>>, readonly assets?: readonly string[] }>>} */
const PROGRAMS = {
  server: {
    workspace: 'apps/server',
    threads: { 'writer-thread': 'apps/server/src/platform/db/sqlite/writer-thread.mjs' },
  },
  simulator: { workspace: 'packages/simulator', assets: [SIMULATOR_PAGE] },
  cordon: { workspace: 'apps/cli', assets: [SIMULATOR_PAGE] },
}

/**
 * Bundles a program of the product, unless its bundle is newer than all sources.
 * @param {ProgramName} name
 * @returns {Promise<string>} Path of the program.
 */
export async function buildProgram(name) {
  const { workspace, threads = {}, assets = [] } = PROGRAMS[name]
  const program = join(root, workspace, 'dist/main.mjs')
  if (existsSync(program) && statSync(program).mtimeMs > newestSource()) return program
  // Only now: most starts find what they need, and the bundler takes longer to load than they do.
  const { bundleProgram, endBundler } = await import('./bundle.mjs')
  const made = bundleProgram({
    entry: join(root, workspace, 'src/main.ts'),
    folder: dirname(program),
    threads: Object.fromEntries(Object.entries(threads).map(([thread, path]) => [thread, join(root, path)])),
    assets: assets.map((asset) => join(root, asset)),
  })
  const ended = made.finally(endBundler)
  return ended.catch((error) => {
    throw NOT_ALLOWED.has(error.code) ? new Error(notAllowed(name, dirname(program)), { cause: error }) : error
  })
}

const NOT_ALLOWED = new Set(['EACCES', 'EPERM', 'EROFS'])

/**
 * @param {ProgramName} name
 * @param {string} folder
 */
function notAllowed(name, folder) {
  return `the sources of ${name} are newer than its bundle, and this user may not write to ${folder}; let its owner start it once`
}

// Of every workspace but the web app: which of them a program uses changes with the sources themselves.
function newestSource() {
  const folders = [
    'apps/server/src',
    'apps/cli/src',
    ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}/src`),
  ]
  const files = folders.flatMap((folder) => filesBelow(join(root, folder)))
  const times = [...files, join(root, 'package-lock.json'), fileURLToPath(import.meta.url)].map(
    (file) => statSync(file).mtimeMs,
  )
  return Math.max(...times)
}

/** @param {string} folder */
function filesBelow(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
}
